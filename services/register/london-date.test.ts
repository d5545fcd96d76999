import { expect, it } from 'vitest';
import { londonDate } from './london-date.ts';

it.each([
  ['2026-01-31T23:59:59Z', '2026-01-31'],
  ['2026-06-30T22:59:59Z', '2026-06-30'],
  ['2026-06-30T23:00:00Z', '2026-07-01'],
  ['2026-12-31T23:59:59Z', '2026-12-31'],
])('at %s it is %s in London', (moment, date) => {
  expect(londonDate(new Date(moment))).toBe(date);
});
