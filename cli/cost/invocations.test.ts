import { expect, test } from 'vitest';
import { timesPerMonth } from './invocations.ts';

test('rates and cron expressions come as often as AWS runs them', () => {
  expect(timesPerMonth('rate(1 minute)')).toBe(43_800);
  expect(timesPerMonth('rate(2 hours)')).toBe(365);
  expect(timesPerMonth('rate(5 days)')).toBeCloseTo(730 / 120, 6);
  expect(timesPerMonth('cron(0 6 * * ? *)')).toBeCloseTo(365 / 12, 6);
  expect(timesPerMonth('cron(0/15 * ? * * *)')).toBeCloseTo((365 * 96) / 12, 6);
  // 2027 has 52 Sundays, AWS's weekday 1.
  expect(timesPerMonth('cron(0 6 ? * 1 *)')).toBeCloseTo(52 / 12, 6);
  expect(timesPerMonth('cron(0 6 ? * MON-FRI *)')).toBeCloseTo(261 / 12, 6);
  expect(timesPerMonth('cron(0 6 1 * ? *)')).toBe(1);
  expect(timesPerMonth('at(2027-01-01T00:00:00)')).toBe(0);
});

test('what is no schedule is an error, not a month without runs', () => {
  for (const wrong of ['', 'rate(1 week)', 'cron(0 6 * * *)', 'daily']) {
    expect(() => timesPerMonth(wrong)).toThrow('is neither rate');
  }
});
