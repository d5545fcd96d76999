import fc from 'fast-check';
import { expect, test } from 'vitest';
import { FairMessages } from './fair-messages.ts';
import type { QueuedMessage } from './message.ts';

const groups = ['a', 'b', 'c'];
const action = fc.oneof(
  {
    weight: 2,
    arbitrary: fc.record({
      kind: fc.constant('add' as const),
      group: fc.constantFrom(undefined, ...groups),
      visibleAt: fc.nat({ max: 20 }),
    }),
  },
  { weight: 2, arbitrary: fc.record({ kind: fc.constant('shift' as const), noisy: fc.subarray(groups) }) },
  fc.record({ kind: fc.constant('delete' as const), pick: fc.nat() }),
  fc.record({ kind: fc.constant('clear' as const) }),
);

/** Whose turn it is by looking at every message: quiet ones first, then noisy groups in the order given. */
function rank({ group }: QueuedMessage, noisy: readonly string[]): number {
  return group === undefined ? -1 : noisy.indexOf(group);
}

test('the next message is the one of a quiet group that waited longest, then that of the most patient noisy group', () => {
  fc.assert(
    fc.property(fc.array(action, { maxLength: 100 }), (actions) => {
      const fair = new FairMessages();
      let model: QueuedMessage[] = [];
      for (const [index, step] of actions.entries()) {
        switch (step.kind) {
          case 'add': {
            const { group, visibleAt } = step;
            const message: QueuedMessage = {
              ...{ id: String(index), body: '', bodyMd5: '', attributes: {}, sentAt: 0, receiveCount: 0 },
              visibleAt,
              ...(group === undefined ? {} : { group }),
            };
            fair.add(message);
            model.push(message);
            break;
          }
          case 'shift': {
            const taken = fair.shift(step.noisy);
            const turn = Math.min(...model.map((one) => rank(one, step.noisy)));
            const candidates = model.filter((one) => rank(one, step.noisy) === turn);
            const earliest = Math.min(...candidates.map(({ visibleAt }) => visibleAt));
            expect(taken?.visibleAt ?? Number.POSITIVE_INFINITY).toBe(earliest);
            if (taken) expect(candidates).toContain(taken);
            model = model.filter((one) => one !== taken);
            break;
          }
          case 'delete': {
            const one = model[step.pick % Math.max(1, model.length)];
            if (one) expect([fair.delete(one), fair.delete(one)]).toEqual([true, false]);
            model = model.filter((other) => other !== one);
            break;
          }
          case 'clear':
            fair.clear();
            model = [];
        }
        expect(fair.size).toBe(model.length);
        expect(fair.first()?.visibleAt ?? Number.POSITIVE_INFINITY).toBe(
          Math.min(...model.map(({ visibleAt }) => visibleAt)),
        );
      }
    }),
    { numRuns: 300 },
  );
});
