import { readCron } from './cron-expression.ts';
import { instantOf } from './wall-time.ts';

/** The instants of a schedule, in milliseconds since 1970. */
export interface Times {
  /** The first one later than `after`; undefined when there is none any more. */
  next(after: number): number | undefined;
}

const unitMilliseconds = { minute: 60_000, hour: 3_600_000, day: 86_400_000 };

/**
 * Reads `rate(5 minutes)`, `cron(0 6 * * ? *)` or `at(2026-12-24T18:00:00)`. A rate counts from `since`, whose own
 * instant is its first; a day is 24 hours whatever the clocks do. Throws RangeError.
 */
export function readScheduleExpression(
  expression: string,
  { timeZone, since }: { timeZone: string; since: number },
): Times {
  const [, kind, inner = ''] = /^(rate|cron|at)\((.*)\)$/.exec(expression.trim()) ?? [];
  if (kind === 'cron') return { next: readCron(inner, timeZone) };
  if (kind === 'rate') return rate(inner, since);
  if (kind === 'at') return at(inner, timeZone);
  throw new RangeError(
    `${JSON.stringify(expression)} is no schedule: use rate(5 minutes), cron(0 6 * * ? *) or at(2026-12-24T18:00:00)`,
  );
}

function rate(inner: string, since: number): Times {
  const [, value = '', unit = ''] = /^([1-9]\d*) (minute|hour|day)s?$/.exec(inner.trim()) ?? [];
  if (value === '') throw new RangeError(`rate(${inner}) takes a number and minutes, hours or days`);
  const every = Number(value) * unitMilliseconds[unit as keyof typeof unitMilliseconds];
  return {
    next: (after) => (after < since ? since : since + (Math.floor((after - since) / every) + 1) * every),
  };
}

function at(inner: string, timeZone: string): Times {
  const wallTime = /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d$/.test(inner) ? Date.parse(`${inner}Z`) : Number.NaN;
  if (Number.isNaN(wallTime))
    throw new RangeError(`at(${inner}) takes a local time such as 2026-12-24T18:00:00`);
  const instant = instantOf(wallTime, timeZone);
  return { next: (after) => (instant !== undefined && instant > after ? instant : undefined) };
}
