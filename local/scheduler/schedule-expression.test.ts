import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { readScheduleExpression } from './schedule-expression.ts';
import { instantOf, wallTimeAt } from './wall-time.ts';

function times(
  expression: string,
  from: string,
  { timeZone = 'UTC', count = 3, since = from } = {},
): string[] {
  const schedule = readScheduleExpression(expression, { timeZone, since: Date.parse(since) });
  const found: string[] = [];
  let after: number | undefined = Date.parse(from);
  while (found.length < count) {
    after = schedule.next(after);
    if (after === undefined) break;
    found.push(new Date(after).toISOString().slice(0, 16));
  }
  return found;
}

describe('a schedule expression', () => {
  it.each<[string, string, string[]]>([
    ['every day at six', 'cron(0 6 * * ? *)', ['2026-01-01T06:00', '2026-01-02T06:00', '2026-01-03T06:00']],
    [
      'every tenth minute from the fifth',
      'cron(5/10 0 * * ? *)',
      ['2026-01-01T00:05', '2026-01-01T00:15', '2026-01-01T00:25'],
    ],
    [
      'weekdays by name',
      'cron(0 9 ? * MON-FRI *)',
      ['2026-01-01T09:00', '2026-01-02T09:00', '2026-01-05T09:00'],
    ],
    [
      'weekdays by number, Sunday being 1',
      'cron(0 9 ? * 2-6 *)',
      ['2026-01-01T09:00', '2026-01-02T09:00', '2026-01-05T09:00'],
    ],
    ['Sundays', 'cron(0 9 ? * 1 *)', ['2026-01-04T09:00', '2026-01-11T09:00', '2026-01-18T09:00']],
    ['Saturdays as 7', 'cron(0 9 ? * 7 *)', ['2026-01-03T09:00', '2026-01-10T09:00', '2026-01-17T09:00']],
    [
      "the week's last day",
      'cron(0 9 ? * L *)',
      ['2026-01-03T09:00', '2026-01-10T09:00', '2026-01-17T09:00'],
    ],
    ['the last Friday', 'cron(0 9 ? * 6L *)', ['2026-01-30T09:00', '2026-02-27T09:00', '2026-03-27T09:00']],
    [
      'the second Monday',
      'cron(0 9 ? * MON#2 *)',
      ['2026-01-12T09:00', '2026-02-09T09:00', '2026-03-09T09:00'],
    ],
    [
      'the second Monday by number',
      'cron(0 9 ? * 2#2 *)',
      ['2026-01-12T09:00', '2026-02-09T09:00', '2026-03-09T09:00'],
    ],
    [
      'the last day of the month',
      'cron(0 9 L * ? *)',
      ['2026-01-31T09:00', '2026-02-28T09:00', '2026-03-31T09:00'],
    ],
    [
      'the last weekday of the month',
      'cron(0 9 LW * ? *)',
      ['2026-01-30T09:00', '2026-02-27T09:00', '2026-03-31T09:00'],
    ],
    [
      'the weekday nearest to the 15th',
      'cron(0 9 15W * ? *)',
      ['2026-01-15T09:00', '2026-02-16T09:00', '2026-03-16T09:00'],
    ],
    [
      'months by name',
      'cron(0 9 1 MAR,JUN ? *)',
      ['2026-03-01T09:00', '2026-06-01T09:00', '2027-03-01T09:00'],
    ],
    ['one year only', 'cron(0 9 31 12 ? 2026)', ['2026-12-31T09:00']],
    ['29 February', 'cron(0 0 29 2 ? *)', ['2028-02-29T00:00', '2032-02-29T00:00', '2036-02-29T00:00']],
    [
      'every second year',
      'cron(0 0 1 1 ? 2027/2)',
      ['2027-01-01T00:00', '2029-01-01T00:00', '2031-01-01T00:00'],
    ],
    ['two hours', 'rate(2 hours)', ['2026-01-01T02:00', '2026-01-01T04:00', '2026-01-01T06:00']],
    ['one day', 'rate(1 day)', ['2026-01-02T00:00', '2026-01-03T00:00', '2026-01-04T00:00']],
    ['once', 'at(2026-12-24T18:00:00)', ['2026-12-24T18:00']],
    ['a time that is over', 'at(2025-12-24T18:00:00)', []],
  ])('reads %s', (_title, expression, expected) => {
    expect(times(expression, '2026-01-01T00:00:00Z')).toEqual(expected);
  });

  it('skips a time that spring takes away, and keeps to the wall clock around it', () => {
    expect(times('cron(30 1 * * ? *)', '2026-03-28T00:00:00Z', { timeZone: 'Europe/London' })).toEqual([
      '2026-03-28T01:30',
      '2026-03-30T00:30',
      '2026-03-31T00:30',
    ]);
  });

  it('comes once at a time that autumn repeats', () => {
    const london = { timeZone: 'Europe/London' };
    expect(times('cron(30 1 * * ? *)', '2026-10-24T12:00:00Z', london)).toEqual([
      '2026-10-25T00:30',
      '2026-10-26T01:30',
      '2026-10-27T01:30',
    ]);
    expect(times('cron(0/30 * * * ? *)', '2026-10-25T00:10:00Z', london)).toEqual([
      '2026-10-25T00:30',
      '2026-10-25T02:00',
      '2026-10-25T02:30',
    ]);
  });

  it('counts a rate from its beginning, whenever one asks', () => {
    expect(times('rate(7 minutes)', '2026-01-01T10:00:30Z', { since: '2026-01-01T10:00:00Z' })).toEqual([
      '2026-01-01T10:07',
      '2026-01-01T10:14',
      '2026-01-01T10:21',
    ]);
    expect(
      times('rate(7 minutes)', '2025-12-31T00:00:00Z', { since: '2026-01-01T10:00:00Z', count: 1 }),
    ).toEqual(['2026-01-01T10:00']);
  });

  it.each<[string, string, RegExp]>([
    ['five fields', 'cron(0 6 * * *)', /5 fields/],
    ['no question mark', 'cron(0 6 * * MON *)', /needs a \?/],
    ['two question marks', 'cron(0 6 ? * ? *)', /only in one/],
    ['minute 60', 'cron(60 6 * * ? *)', /"60" for minutes/],
    ['weekday 0', 'cron(0 6 ? * 0 *)', /"0" for day-of-week/],
    ['L in the hours', 'cron(0 L * * ? *)', /"L" for hours/],
    ['a rate of zero', 'rate(0 minutes)', /rate\(0 minutes\)/],
    ['a rate of seconds', 'rate(5 seconds)', /minutes, hours or days/],
    ['a time with a zone', 'at(2026-12-24T18:00:00Z)', /local time/],
    ['words', 'every day', /is no schedule/],
  ])('refuses %s', (_title, expression, message) => {
    expect(() => times(expression, '2026-01-01T00:00:00Z')).toThrow(message);
  });
});

const zones = fc.constantFrom(
  'Europe/London',
  'America/New_York',
  'Australia/Lord_Howe',
  'Asia/Kathmandu',
  'UTC',
);
const instants = fc.integer({ min: Date.UTC(2000, 0, 1) / 1000, max: Date.UTC(2060, 0, 1) / 1000 });

describe('the wall clock', () => {
  it('leads back to an instant that shows the same time', () => {
    fc.assert(
      fc.property(instants, zones, (seconds, timeZone) => {
        const wallTime = wallTimeAt(seconds * 1000, timeZone);
        const instant = instantOf(wallTime, timeZone);
        expect(instant).toBeLessThanOrEqual(seconds * 1000);
        expect(wallTimeAt(instant ?? 0, timeZone)).toBe(wallTime);
      }),
    );
  });

  it('gives every daily time its own wall clock hour, in every zone, in order', () => {
    fc.assert(
      fc.property(
        instants,
        zones,
        fc.integer({ min: 0, max: 23 }),
        fc.integer({ min: 0, max: 59 }),
        (seconds, timeZone, hour, minute) => {
          const { next } = readScheduleExpression(`cron(${minute} ${hour} * * ? *)`, { timeZone, since: 0 });
          const found = next(seconds * 1000) ?? 0;
          expect(found).toBeGreaterThan(seconds * 1000);
          // Two days at most: one for the next occurrence, one more where spring skips it.
          expect(found - seconds * 1000).toBeLessThanOrEqual(49 * 3_600_000);
          expect(new Date(wallTimeAt(found, timeZone)).toISOString().slice(11, 16)).toBe(
            `${String(hour).padStart(2, '0')}:${String(minute).padStart(2, '0')}`,
          );
        },
      ),
    );
  });
});
