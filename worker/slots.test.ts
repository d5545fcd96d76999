import fc from 'fast-check';
import { expect, test } from 'vitest';
import { createSlots } from './slots.ts';

const never = new AbortController().signal;

test('a task takes no more than its limit, and the worker no more than its own', async () => {
  const slots = createSlots({
    perWorker: 5,
    perTask: new Map([
      ['a', 3],
      ['b', 10],
    ]),
  });
  expect(await slots.take('a', 10, never)).toBe(3);
  expect(slots.free('a')).toBe(0);
  expect(await slots.take('b', 10, never)).toBe(2);
});

test('every task keeps one slot, however many messages of another there are', async () => {
  const slots = createSlots({
    perWorker: 5,
    perTask: new Map([
      ['a', 10],
      ['b', 10],
    ]),
  });
  expect(await slots.take('a', 10, never)).toBe(4);
  expect(await slots.take('b', 10, never)).toBe(1);
});

test('who waits gets the slots that come free, the longest waiting first', async () => {
  const slots = createSlots({
    perWorker: 3,
    perTask: new Map([
      ['a', 2],
      ['b', 3],
    ]),
  });
  expect(await slots.take('b', 3, never)).toBe(2);
  const first = slots.take('b', 2, never);
  const second = slots.take('b', 2, never);
  slots.release('b', 1);
  expect(await first).toBe(1);
  slots.release('b', 2);
  expect(await second).toBe(2);
});

test('who no longer wants to wait gets none', async () => {
  const slots = createSlots({ perWorker: 1, perTask: new Map([['a', 1]]) });
  await slots.take('a', 1, never);
  const aborting = new AbortController();
  const waiting = slots.take('a', 1, aborting.signal);
  aborting.abort();
  expect(await waiting).toBe(0);
  expect(await slots.take('a', 1, aborting.signal)).toBe(0);
  slots.release('a', 1);
  expect(slots.free('a')).toBe(1);
});

test('fewer slots than tasks are refused', () => {
  expect(() =>
    createSlots({
      perWorker: 1,
      perTask: new Map([
        ['a', 1],
        ['b', 1],
      ]),
    }),
  ).toThrow('A worker of 1 slots cannot serve 2 tasks');
});

test('an unknown task has none', () => {
  expect(createSlots({ perWorker: 1, perTask: new Map([['a', 1]]) }).free('b')).toBe(0);
});

test('whatever is taken and released, no limit is ever broken and no free slot is kept from who waits', async () => {
  const tasks = ['a', 'b', 'c'];
  await fc.assert(
    fc.asyncProperty(
      fc.integer({ min: 3, max: 12 }),
      fc.array(fc.integer({ min: 1, max: 8 }), { minLength: 3, maxLength: 3 }),
      fc.array(
        fc.record({
          task: fc.constantFrom(...tasks),
          takes: fc.boolean(),
          most: fc.integer({ min: 1, max: 10 }),
        }),
      ),
      async (perWorker, limits, steps) => {
        const perTask = new Map(tasks.map((task, index) => [task, limits[index] ?? 1]));
        const slots = createSlots({ perWorker, perTask });
        const taken = new Map(tasks.map((task) => [task, 0]));
        const waiting = new Map(tasks.map((task) => [task, 0]));
        const add = (counts: Map<string, number>, task: string, change: number) =>
          counts.set(task, (counts.get(task) ?? 0) + change);
        for (const { task, takes, most } of steps) {
          if (takes) {
            add(waiting, task, 1);
            void slots.take(task, most, never).then((count) => {
              add(waiting, task, -1);
              add(taken, task, count);
            });
          } else if ((taken.get(task) ?? 0) > 0) {
            add(taken, task, -1);
            slots.release(task, 1);
          }
          await Promise.resolve();
          await Promise.resolve();
          const all = [...taken.values()].reduce((sum, count) => sum + count, 0);
          expect(all).toBeLessThanOrEqual(perWorker);
          for (const one of tasks) {
            expect(taken.get(one)).toBeLessThanOrEqual(perTask.get(one) ?? 0);
            if ((waiting.get(one) ?? 0) > 0) expect(slots.free(one)).toBe(0);
          }
        }
      },
    ),
  );
});
