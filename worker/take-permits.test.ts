import fc from 'fast-check';
import { Pool } from 'pg';
import { afterAll, afterEach, beforeAll, beforeEach, expect, test, vi } from 'vitest';
import { permitsInWindow, type RateLimit } from '../tasks/rate-limit.ts';
import { createTestDatabase, type TestDatabase } from '../test/test-database.ts';
import { createTakePermits } from './take-permits.ts';

let database: TestDatabase;
beforeAll(async () => {
  database = await createTestDatabase();
});
afterAll(() => database.drop());
beforeEach(() => void vi.useFakeTimers({ toFake: ['Date'], now: new Date('2027-01-04T10:00:00Z') }));
afterEach(() => void vi.useRealTimers());

const pass = (ms: number) => vi.setSystemTime(Date.now() + ms);
/** As many workers, each with limiters of its own. */
const workers = (count: number) => Array.from({ length: count }, () => createTakePermits(database.pool));

/** Grants, each of one permit, as moments in milliseconds. */
type Grants = number[];

/** Throws if in any stretch of time there were more grants than the limit allows. */
function check(grants: Grants, { perSecond, burst }: RateLimit): void {
  for (const [from, start] of grants.entries()) {
    for (const [index, end] of grants.slice(from).entries()) {
      const count = index + 1;
      // Clocks tell whole milliseconds.
      const allowed = burst + (perSecond * (end - start + 1)) / 1000;
      if (count > allowed) throw new Error(`${count} permits within ${end - start} ms, not ${allowed}`);
    }
  }
}

const rateLimits = fc.record({
  perSecond: fc.double({ min: 0.05, max: 200, noNaN: true }),
  burst: fc.integer({ min: 1, max: 20 }),
});

test('however workers ask, no stretch of time has more than the burst and its share of the rate', async () => {
  let tried = 0;
  await fc.assert(
    fc.asyncProperty(
      rateLimits,
      fc.array(fc.tuple(fc.nat({ max: 2 }), fc.integer({ min: 1, max: 10 }), fc.nat({ max: 400 })), {
        maxLength: 25,
      }),
      async (limit, asked) => {
        const task = `asked-${tried++}`;
        const all = workers(3);
        const grants: Grants = [];
        for (const [index, count, waitMs] of asked) {
          pass(waitMs);
          const { granted } = (await all[index]?.(task, limit, count)) ?? { granted: 0 };
          expect(granted).toBeLessThanOrEqual(count);
          for (let one = 0; one < granted; one += 1) grants.push(Date.now());
        }
        check(grants, limit);
      },
    ),
    { numRuns: 40 },
  );
});

test('who waits as it is told gets as many as the rate allows', async () => {
  let tried = 0;
  await fc.assert(
    fc.asyncProperty(rateLimits, async (limit) => {
      const task = `told-${tried++}`;
      const [take = () => Promise.reject(new Error('no worker'))] = workers(1);
      const grants: Grants = [];
      const startMs = Date.now();
      for (let turn = 0; turn < 12; turn += 1) {
        const { granted, nextInSeconds } = await take(task, limit, permitsInWindow(limit));
        expect(granted).toBe(permitsInWindow(limit));
        for (let one = 0; one < granted; one += 1) grants.push(Date.now());
        pass(Math.ceil(nextInSeconds * 1000));
      }
      check(grants, limit);
      // Each of twelve windows may end in the midst of a millisecond.
      const seconds = (Date.now() - startMs - 12) / 1000;
      expect(grants.length).toBeGreaterThanOrEqual(Math.floor(limit.perSecond * seconds));
    }),
    { numRuns: 25 },
  );
});

test('what several ask for at once is granted once', async () => {
  const limit = { perSecond: 1, burst: 19 };
  const all = workers(8);
  const answers = await Promise.all(all.map((take) => take('at-once', limit, 3)));
  expect(answers.reduce((sum, { granted }) => sum + granted, 0)).toBe(10);
  expect(answers.every(({ nextInSeconds }) => nextInSeconds === 10)).toBe(true);
  expect(answers.filter(({ left }) => left > 0)).toHaveLength(3);
});

test('tasks do not use up each other’s permits', async () => {
  const [take = () => Promise.reject(new Error('no worker'))] = workers(1);
  const limit = { perSecond: 1, burst: 1 };
  expect(await take('one', limit, 2)).toMatchObject({ granted: 1 });
  expect(await take('other', limit, 2)).toMatchObject({ granted: 1 });
});

test('a database that does not answer is said to be out of reach', async () => {
  const pool = new Pool({ connectionString: 'postgres://postgres@127.0.0.1:1/postgres' });
  await expect(createTakePermits(pool)('task', { perSecond: 1, burst: 1 }, 1)).rejects.toMatchObject({
    name: 'LedgerUnreachable',
  });
  await pool.end();
});
