import fc from 'fast-check';
import { expect, onTestFinished, test, vi } from 'vitest';
import { createSlots, type TaskShare } from './slots.ts';

const never = new AbortController().signal;

/** Each task's limit, or limit and weight. */
function shares(given: Record<string, number | [number, number]>): ReadonlyMap<string, TaskShare> {
  return new Map(
    Object.entries(given).map(([task, share]) => {
      const [concurrency, weight] = Array.isArray(share) ? share : [share, 1];
      return [task, { concurrency, weight }];
    }),
  );
}

test('a task takes no more than its limit, and the worker no more than its own', async () => {
  const slots = createSlots({
    perWorker: 5,
    perTask: shares({ a: 3, b: 10 }),
  });
  expect(await slots.take('a', 10, never)).toBe(3);
  expect(slots.free('a')).toBe(0);
  expect(await slots.take('b', 10, never)).toBe(2);
});

test('every task keeps one slot, however many messages of another there are', async () => {
  const slots = createSlots({
    perWorker: 5,
    perTask: shares({ a: 10, b: 10 }),
  });
  expect(await slots.take('a', 10, never)).toBe(4);
  expect(await slots.take('b', 10, never)).toBe(1);
});

test('who waits gets the slots that come free, the longest waiting first', async () => {
  const slots = createSlots({
    perWorker: 3,
    perTask: shares({ a: 2, b: 3 }),
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
  const slots = createSlots({ perWorker: 1, perTask: shares({ a: 1 }) });
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
      perTask: shares({ a: 1, b: 1 }),
    }),
  ).toThrow('A worker of 1 slots cannot serve 2 tasks');
});

test('an unknown task has none', () => {
  expect(createSlots({ perWorker: 1, perTask: shares({ a: 1 }) }).free('b')).toBe(0);
});

test('slots that come free go to the waiting task that has the fewest for its weight', async () => {
  const slots = createSlots({ perWorker: 10, perTask: shares({ flood: [10, 1], verdict: [10, 4] }) });
  expect(await slots.take('flood', 9, never)).toBe(9);
  expect(await slots.take('verdict', 1, never)).toBe(1);
  const granted: string[] = [];
  const want = (task: string) => void slots.take(task, 1, never).then(() => granted.push(task));
  for (let index = 0; index < 10; index += 1) want('flood');
  for (let index = 0; index < 10; index += 1) want('verdict');
  for (let index = 0; index < 9; index += 1) slots.release('flood', 1);
  await Promise.resolve();
  // Eight of ten are the heavier one's as soon as so many came free.
  expect(granted.slice(0, 7)).toEqual(Array(7).fill('verdict'));
  expect(granted.filter((task) => task === 'flood')).toHaveLength(2);
});

test('while slots come free one by one, who asked for many gets many at once, but waits no longer than was said', async () => {
  vi.useFakeTimers();
  onTestFinished(() => void vi.useRealTimers());
  const slots = createSlots({ perWorker: 10, perTask: shares({ a: 10 }), gatherMs: 5 });
  expect(await slots.take('a', 10, never)).toBe(10);
  const full = slots.take('a', 4, never);
  for (let count = 0; count < 4; count += 1) slots.release('a', 1);
  expect(await full).toBe(4);
  let got = 0;
  void slots.take('a', 4, never).then((count) => {
    got = count;
  });
  slots.release('a', 3);
  await vi.advanceTimersByTimeAsync(4);
  expect(got).toBe(0);
  await vi.advanceTimersByTimeAsync(1);
  expect(got).toBe(3);
});

test('more slots than a task can ever have are not waited for', async () => {
  const slots = createSlots({ perWorker: 5, perTask: shares({ a: 10, b: 2 }), gatherMs: 60_000 });
  expect(await slots.take('b', 10, never)).toBe(2);
  slots.release('b', 1);
  expect(await slots.take('a', 10, never)).toBe(4);
});

/** One step of a history of slots. */
const slotStep = fc.record({
  task: fc.constantFrom('a', 'b', 'c'),
  takes: fc.boolean(),
  most: fc.integer({ min: 1, max: 10 }),
});
const threeShares = fc.record({
  concurrency: fc.array(fc.integer({ min: 1, max: 8 }), { minLength: 3, maxLength: 3 }),
  weight: fc.array(fc.constantFrom(0.5, 1, 2, 5), { minLength: 3, maxLength: 3 }),
});

test('whatever is taken and released, no limit is broken, no free slot kept from who waits, and the poorest comes first', async () => {
  const tasks = ['a', 'b', 'c'];
  await fc.assert(
    fc.asyncProperty(
      fc.integer({ min: 3, max: 12 }),
      threeShares,
      fc.array(slotStep),
      async (perWorker, { concurrency, weight }, steps) => {
        const perTask = new Map(
          tasks.map((task, at) => [task, { concurrency: concurrency[at] ?? 1, weight: weight[at] ?? 1 }]),
        );
        const slots = createSlots({ perWorker, perTask });
        const taken = new Map(tasks.map((task) => [task, 0]));
        const waiting = new Map(tasks.map((task) => [task, 0]));
        const add = (counts: Map<string, number>, task: string, change: number) =>
          counts.set(task, (counts.get(task) ?? 0) + change);
        const granted: { task: string; count: number }[] = [];
        for (const { task, takes, most } of steps) {
          granted.length = 0;
          if (takes) {
            add(waiting, task, 1);
            void slots.take(task, most, never).then((count) => {
              add(waiting, task, -1);
              add(taken, task, count);
              granted.push({ task, count });
            });
          } else if ((taken.get(task) ?? 0) > 0) {
            add(taken, task, -1);
            slots.release(task, 1);
          }
          await Promise.resolve();
          await Promise.resolve();
          const of = (one: string) => taken.get(one) ?? 0;
          const load = (one: string, fewer = 0) => (of(one) - fewer) / (perTask.get(one)?.weight ?? 1);
          expect(tasks.reduce((sum, one) => sum + of(one), 0)).toBeLessThanOrEqual(perWorker);
          for (const one of tasks) {
            expect(of(one)).toBeLessThanOrEqual(perTask.get(one)?.concurrency ?? 0);
            if (waiting.get(one) === 0) continue;
            expect(slots.free(one)).toBe(0);
            // Who still waits and could have more has no less for its weight than whoever just got beyond his own slot.
            if (of(one) >= (perTask.get(one)?.concurrency ?? 0)) continue;
            for (const { task: other } of granted.filter((grant) => grant.task !== one && of(grant.task) > 1))
              expect(load(other, 1)).toBeLessThanOrEqual(load(one));
          }
        }
      },
    ),
  );
});

test('a flood of one task leaves every other the share of its weight', async () => {
  await fc.assert(
    fc.asyncProperty(
      fc.constantFrom(0.5, 1, 2, 3, 9),
      fc.integer({ min: 2, max: 40 }),
      fc.array(fc.nat(), { minLength: 300, maxLength: 300 }),
      async (weight, perWorker, ends) => {
        const slots = createSlots({
          perWorker,
          perTask: shares({ flood: [1000, 1], other: [1000, weight] }),
        });
        const running: string[] = [];
        const keepAsking = async (task: string): Promise<void> => {
          running.push(...Array(await slots.take(task, 10, never)).fill(task));
          void keepAsking(task);
        };
        void keepAsking('flood');
        await Promise.resolve();
        void keepAsking('other');
        for (const end of ends) {
          await Promise.resolve();
          await Promise.resolve();
          const [ended = ''] = running.splice(end % running.length, 1);
          slots.release(ended, 1);
        }
        await Promise.resolve();
        await Promise.resolve();
        const others = running.filter((task) => task === 'other').length;
        const share = (perWorker * weight) / (1 + weight);
        expect(others).toBeGreaterThanOrEqual(Math.max(1, Math.floor(share) - 1));
        expect(others).toBeLessThanOrEqual(Math.min(perWorker - 1, Math.ceil(share) + 1));
      },
    ),
    { numRuns: 30 },
  );
});
