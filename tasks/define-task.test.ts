import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { z } from 'zod';
import { checkCatalogue, defineTask, longestRetrySeconds, type TaskSettings } from './define-task.ts';
import { tasks } from './index.ts';
import { limits } from './limits.ts';

const letterInput = z.object({ to: z.string(), copies: z.int().default(1) });
const settings: TaskSettings<typeof letterInput, z.ZodNull> = {
  name: 'letter',
  summary: 'Prints a letter',
  input: letterInput,
  result: z.null(),
  timeoutSeconds: 60,
  concurrency: 2,
  startWithinSeconds: 120,
  expectedSeconds: 5,
  retry: { attempts: 3, firstDelaySeconds: 10, factor: 2, maxDelaySeconds: 900 },
};
const daily = { name: 'daily-letter', expression: 'cron(0 6 * * ? *)', input: { to: 'the office' } };

describe('what can work is accepted', () => {
  test('the settings come back, a schedule in the time of London', () => {
    const task = defineTask({ ...settings, schedules: [daily] });
    expect(task).toMatchObject({
      name: 'letter',
      schedules: [{ name: 'daily-letter', timeZone: 'Europe/London' }],
    });
  });

  test('a weight; left out it is 1', () => {
    expect(defineTask({ ...settings, weight: 2.5 }).weight).toBe(2.5);
    expect(defineTask(settings).weight).toBe(1);
  });

  test('a rate limit, as long as the next message can start within its objective', () => {
    const rateLimit = { perSecond: 0.5, burst: 120 };
    expect(defineTask({ ...settings, rateLimit, startWithinSeconds: 120 }).rateLimit).toEqual(rateLimit);
    expect(() => defineTask({ ...settings, rateLimit, startWithinSeconds: 119 })).toThrow(
      /60 attempts begin every 120 s, .* startWithinSeconds 119: raise perSecond, lower burst or wait longer/,
    );
  });

  test('a task without schedules has none', () => {
    expect(defineTask(settings).schedules).toEqual([]);
  });

  test.each(['rate(1 hour)', 'rate(5 minutes)', 'cron(0/15 8-18 ? * MON-FRI *)'])(
    'the schedule %s',
    (expression) => {
      expect(() => defineTask({ ...settings, schedules: [{ ...daily, expression }] })).not.toThrow();
    },
  );
});

describe('what cannot work is refused at its definition', () => {
  test.each([0, -1, 1001, Number.NaN])('the weight %d', (weight) => {
    expect(() => defineTask({ ...settings, weight })).toThrow(/weight: /);
  });

  test.each([
    ['perSecond', { perSecond: 0, burst: 1 }],
    ['perSecond', { perSecond: -1, burst: 1 }],
    ['perSecond', { perSecond: Number.POSITIVE_INFINITY, burst: 1 }],
    ['burst', { perSecond: 1, burst: 0 }],
    ['burst', { perSecond: 1, burst: 1.5 }],
    ['burst', { perSecond: 1 } as { perSecond: number; burst: number }],
  ])('a rate limit with a wrong %s', (field, rateLimit) => {
    expect(() => defineTask({ ...settings, rateLimit })).toThrow(`rateLimit.${field}`);
  });

  test('retries that outlive the queue by their waits for permits', () => {
    const slow = { ...settings, startWithinSeconds: 86_400, retry: { ...settings.retry, attempts: 10 } };
    const rateLimit = { perSecond: 1 / 80_000, burst: 1 };
    expect(() => defineTask({ ...slow, rateLimit })).toThrow(/the queue keeps a message for 604800 s/);
    expect(() => defineTask(slow)).not.toThrow();
  });

  test.each(['', 'Letter', 'letter_upload', '-letter', 'letter-', 'a'.repeat(41), 'lettre-é', '1letter'])(
    'the name %j, which makes no legal queue name of ours',
    (name) => {
      expect(() => defineTask({ ...settings, name })).toThrow(/name: /);
    },
  );

  test('an attempt and a delay that SQS cannot hide a message for', () => {
    const retry = { ...settings.retry, maxDelaySeconds: 43_000 };
    expect(() => defineTask({ ...settings, timeoutSeconds: 201, retry })).toThrow(/is more than the 43200 s/);
    expect(() => defineTask({ ...settings, timeoutSeconds: 200, retry })).not.toThrow();
  });

  test('retries that outlive the queue', () => {
    const retry = { attempts: 100, firstDelaySeconds: 10_000, factor: 1, maxDelaySeconds: 10_000 };
    expect(() => defineTask({ ...settings, retry })).toThrow(/the queue keeps a message for 604800 s/);
  });

  test('a first delay over the largest one', () => {
    const retry = { ...settings.retry, firstDelaySeconds: 901 };
    expect(() => defineTask({ ...settings, retry })).toThrow(/firstDelaySeconds 901/);
  });

  test.each([
    ['expression', { expression: 'every day' }],
    ['expression', { expression: 'rate(0 hours)' }],
    ['timeZone', { timeZone: 'Europe/Londinium' }],
    ['name', { name: 'Daily Letter' }],
    ['flexibleWindowMinutes', { flexibleWindowMinutes: 0 }],
  ])('a schedule with a wrong %s', (field, change) => {
    expect(() => defineTask({ ...settings, schedules: [{ ...daily, ...change }] })).toThrow(
      `schedules.0.${field}`,
    );
  });

  test('a schedule whose input does not fit the schema', () => {
    const input = { to: 3 as unknown as string };
    expect(() => defineTask({ ...settings, schedules: [{ ...daily, input }] })).toThrow(
      /schedules\.0\.input\.to/,
    );
  });

  test('everything at once, so that one correction is enough', () => {
    const wrong = { ...settings, name: 'X', concurrency: 0, timeoutSeconds: -1 };
    expect(() => defineTask(wrong)).toThrow(/"X" cannot work: .*name.*timeoutSeconds.*concurrency/);
  });
});

test('the longest retry time is never below what the attempts alone take, nor above every delay at its maximum', () => {
  fc.assert(
    fc.property(
      fc.record({
        attempts: fc.integer({ min: 1, max: 20 }),
        firstDelaySeconds: fc.integer({ min: 0, max: 100 }),
        factor: fc.integer({ min: 1, max: 4 }),
        maxDelaySeconds: fc.integer({ min: 100, max: 900 }),
      }),
      fc.integer({ min: 1, max: 3600 }),
      (retry, timeoutSeconds) => {
        const longest = longestRetrySeconds({ timeoutSeconds, retry });
        expect(longest).toBeGreaterThanOrEqual(retry.attempts * timeoutSeconds);
        expect(longest).toBeLessThanOrEqual(
          retry.attempts * timeoutSeconds + (retry.attempts - 1) * retry.maxDelaySeconds,
        );
      },
    ),
  );
});

describe('the catalogue', () => {
  test('ours is sound', () => {
    expect(() => checkCatalogue(tasks, 'slackwater-production')).not.toThrow();
  });

  test('two tasks, or two schedules, of one name are refused', () => {
    const task = defineTask({ ...settings, schedules: [daily] });
    expect(() => checkCatalogue([task, task], 'x')).toThrow(/Two tasks are called "letter"/);
    expect(() => checkCatalogue([task, { ...task, name: 'other' }], 'x')).toThrow(
      /Two schedules are called "daily-letter"/,
    );
  });

  test('a prefix that makes a name too long, or illegal, is refused', () => {
    const task = defineTask({ ...settings, name: 'a'.repeat(limits.taskNameCharacters) });
    expect(() => checkCatalogue([task], 'p'.repeat(27))).not.toThrow();
    expect(() => checkCatalogue([task], 'p'.repeat(28))).toThrow(/no legal queue name/);
    expect(() => checkCatalogue([task], 'my stack')).toThrow(/no legal queue name/);
    const scheduled = defineTask({ ...settings, schedules: [{ ...daily, name: 's'.repeat(36) }] });
    expect(() => checkCatalogue([scheduled], 'p'.repeat(28))).toThrow(/no legal schedule name/);
  });
});
