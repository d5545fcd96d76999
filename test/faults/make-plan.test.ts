import fc from 'fast-check';
import { expect, test } from 'vitest';
import { makePlan } from './make-plan.ts';
import { type Kind, kinds } from './message-kinds.ts';

const seeds = fc.string({ maxLength: 8 });

test('a seed decides everything, and another seed decides otherwise', () => {
  fc.assert(
    fc.property(seeds, (seed) => {
      const plan = makePlan({ seed, messages: 300 });
      expect(makePlan({ seed, messages: 300 })).toEqual(plan);
      expect(makePlan({ seed: `${seed}+`, messages: 300 })).not.toEqual(plan);
    }),
    { numRuns: 8 },
  );
});

test('whatever the seed, every kind of message and every event is there, in order', () => {
  fc.assert(
    fc.property(seeds, (seed) => {
      const { messages, events } = makePlan({ seed, messages: 2000 });
      expect(new Set(messages.map(({ kind }) => kind))).toEqual(new Set(Object.keys(kinds) as Kind[]));
      expect(new Set(messages.map(({ id }) => id)).size).toBe(2000);
      const counts = Object.fromEntries(
        [...Map.groupBy(events, ({ what }) => what)].map(([what, { length }]) => [what, length]),
      );
      expect(counts).toMatchObject({
        'restart-database': 1,
        'crash-database': 1,
        pause: 1,
        stop: 1,
        kill: 3,
      });
      expect(events.map(({ at }) => at)).toEqual(events.map(({ at }) => at).sort((a, b) => a - b));
      for (const { at, luck } of events) {
        expect(at).toBeGreaterThan(0);
        expect(at).toBeLessThan(1);
        expect(luck).toBeLessThan(1);
      }
    }),
    { numRuns: 8 },
  );
});
