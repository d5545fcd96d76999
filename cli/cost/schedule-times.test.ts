import { expect, test } from 'vitest';
import { timesInYear, timesPerMonth } from './schedule-times.ts';

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

test('the times of a year follow the schedule’s own time zone', () => {
  const inLondon = timesInYear('cron(0 6 * * ? *)', 'Europe/London').map((at) => new Date(at).toISOString());
  expect(inLondon).toHaveLength(365);
  expect(inLondon[0]).toBe('2027-01-01T06:00:00.000Z');
  expect(inLondon).toContain('2027-07-01T05:00:00.000Z');
  expect(timesInYear('rate(1 day)')[1]).toBe(Date.UTC(2027, 0, 2));
  expect(timesInYear('cron(0/15 * ? * * *)')).toHaveLength(365 * 96);
});
