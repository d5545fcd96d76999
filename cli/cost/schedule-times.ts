import { Cron } from 'croner';
import { hoursPerMonth } from './assumptions.ts';

const hourMs = 3_600_000;
const weekMs = 168 * hourMs;
/** The year that is counted over, and a week of it for what comes every hour and oftener: that is the same each week. */
const year = { startMs: Date.UTC(2027, 0, 1), endMs: Date.UTC(2028, 0, 1) };
const weekHours = weekMs / hourMs;

/** How often a schedule of EventBridge or Scheduler comes in a month. Throws an Error if it cannot be read. */
export function timesPerMonth(expression: string): number {
  const everyMs = rateMs(expression);
  if (everyMs !== undefined) return (hoursPerMonth * hourMs) / everyMs;
  return timesInYear(expression).length / 12;
}

/**
 * When a schedule comes in 2027, in milliseconds since 1970, in order; a rate begins with the year. Throws an Error if
 * it cannot be read.
 */
export function timesInYear(expression: string, timeZone = 'UTC'): number[] {
  const everyMs = rateMs(expression);
  if (everyMs !== undefined) {
    const count = Math.ceil((year.endMs - year.startMs) / everyMs);
    return Array.from({ length: count }, (_, index) => year.startMs + index * everyMs);
  }
  if (expression.startsWith('at(')) return [];
  const cron = cronOf(expression, timeZone);
  const week = timesBetween(cron, year.startMs, year.startMs + weekMs);
  if (week.length < weekHours) return timesBetween(cron, year.startMs, year.endMs);
  return Array.from({ length: 53 }, (_, index) => week.map((at) => at + index * weekMs))
    .flat()
    .filter((at) => at < year.endMs);
}

function rateMs(expression: string): number | undefined {
  const [, count, unit] = /^rate\((\d+) (minute|hour|day)s?\)$/.exec(expression) ?? [];
  const hours = { minute: 1 / 60, hour: 1, day: 24 }[unit ?? ''];
  return hours === undefined ? undefined : Number(count) * hours * hourMs;
}

function cronOf(expression: string, timezone: string): Cron {
  const [, fields] = /^cron\(([^)]+)\)$/.exec(expression) ?? [];
  const parts = fields?.split(' ') ?? [];
  if (parts.length !== 6) {
    throw new Error(`The schedule ${JSON.stringify(expression)} is neither rate(…), cron(…) nor at(…)`);
  }
  // croner's own weekdays begin with 0, AWS's with 1; EventBridge writes 0/15 for every fifteenth from 0 on.
  return new Cron(['0', ...parts].map((part) => (part === '?' ? '*' : part)).join(' '), {
    paused: true,
    timezone,
    mode: '7-part',
    alternativeWeekdays: true,
    sloppyRanges: true,
  });
}

function timesBetween(cron: Cron, startMs: number, endMs: number): number[] {
  const times: number[] = [];
  for (let at = startMs - 1000; ; ) {
    const next = cron.nextRun(new Date(at))?.getTime();
    if (next === undefined || next >= endMs) return times;
    times.push(next);
    at = next;
  }
}
