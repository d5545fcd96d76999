import fc from 'fast-check';
import { pino } from 'pino';
import { expect, test } from 'vitest';
import { trialTask } from '../test/worker/trial-tasks.ts';
import type { Delivery } from './delivery.ts';
import { noService } from './own-service.ts';
import { createRotation, rotationChance } from './rotation.ts';

const silent = pino({ level: 'silent' });
const alwaysLucky = () => 0;
const beside = { isReplaced: async () => false, isFirst: async () => false };

/** A worker with so many messages in hand of a task with room for twelve. */
function worker({ load = 5, service = beside, random = alwaysLucky } = {}) {
  const deliveries = new Set<Pick<Delivery, 'queue'>>();
  const queue = { task: trialTask, url: '', arn: '', deadLetterUrl: '' };
  const hold = (count: number) => {
    deliveries.clear();
    for (let left = count; left > 0; left -= 1) deliveries.add({ queue });
  };
  hold(load);
  return { hold, ...createRotation({ deliveries, service, log: silent, random }) };
}

/** Reasons at one renewal after the other. */
async function reasons(
  rotation: ReturnType<typeof worker>,
  renewals: number,
): Promise<(string | undefined)[]> {
  const heard: (string | undefined)[] = [];
  for (let left = renewals; left > 0; left -= 1) heard.push(await rotation.reason());
  return heard;
}

test('a worker that was less than half full for a minute makes way for the others', async () => {
  expect(await reasons(worker(), 2)).toEqual([undefined, 'the others can take its work']);
});

test('a worker that is half full stays, and so does one that was so in between', async () => {
  expect(await reasons(worker({ load: 6 }), 4)).toEqual(Array(4).fill(undefined));
  const busy = worker();
  expect(await busy.reason()).toBeUndefined();
  busy.hold(6);
  busy.took();
  busy.hold(0);
  expect(await busy.reason()).toBeUndefined();
  expect(await busy.reason()).toBe('the others can take its work');
});

test('it leaves it to chance, so that not all go at once', async () => {
  expect(await reasons(worker({ random: () => rotationChance }), 5)).toEqual(Array(5).fill(undefined));
  expect((await reasons(worker({ random: () => rotationChance - 0.001 }), 2))[1]).toBeDefined();
});

test('the first of all stays, and so does a worker outside ECS', async () => {
  const first = { isReplaced: async () => false, isFirst: async () => true };
  expect(await reasons(worker({ service: first }), 3)).toEqual(Array(3).fill(undefined));
  expect(await reasons(worker({ service: noService }), 3)).toEqual(Array(3).fill(undefined));
});

test('a worker that is replaced makes way at once, however full and even as the first', async () => {
  const replaced = { isReplaced: async () => true, isFirst: async () => true };
  expect(await worker({ load: 12, service: replaced }).reason()).toMatch('newer version');
});

test('a worker that cannot ask ECS stays', async () => {
  const down = {
    isReplaced: () => Promise.reject(new Error('down')),
    isFirst: async () => false,
  };
  expect(await reasons(worker({ service: down }), 3)).toEqual(Array(3).fill(undefined));
});

test('whatever the luck, never all of several workers make way at one renewal', async () => {
  await fc.assert(
    fc.asyncProperty(
      fc.array(fc.double({ min: 0, max: 0.999, noNaN: true }), { minLength: 1 }),
      async (luck) => {
        const workers = luck.map((one, index) =>
          worker({ random: () => one, service: { ...beside, isFirst: async () => index === 0 } }),
        );
        const last = await Promise.all(workers.map(async (one) => (await reasons(one, 3)).at(-1)));
        expect(last).toContain(undefined);
      },
    ),
  );
});
