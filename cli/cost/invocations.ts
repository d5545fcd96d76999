import { Cron } from 'croner';
import { hoursPerMonth } from './assumptions.ts';
import { idIn, ofType, type SynthesizedTemplate } from './template.ts';

/** How often a schedule of EventBridge or Scheduler comes in a month. Throws an Error if it cannot be read. */
export function timesPerMonth(expression: string): number {
  const [, count, unit] = /^rate\((\d+) (minute|hour|day)s?\)$/.exec(expression) ?? [];
  if (unit !== undefined) {
    const hours = { minute: 1 / 60, hour: 1, day: 24 }[unit] ?? Number.NaN;
    return hoursPerMonth / (Number(count) * hours);
  }
  const [, fields] = /^cron\(([^)]+)\)$/.exec(expression) ?? [];
  const parts = fields?.split(' ') ?? [];
  if (parts.length === 6) return cronTimesPerMonth(parts);
  if (expression.startsWith('at(')) return 0;
  throw new Error(`The schedule ${JSON.stringify(expression)} is neither rate(…), cron(…) nor at(…)`);
}

/** Counted over 2027, or for what comes every hour and oftener over a week of it. */
function cronTimesPerMonth(parts: string[]): number {
  // croner's own weekdays begin with 0, AWS's with 1; EventBridge writes 0/15 for every fifteenth from 0 on.
  const cron = new Cron(['0', ...parts].map((part) => (part === '?' ? '*' : part)).join(' '), {
    paused: true,
    timezone: 'UTC',
    mode: '7-part',
    alternativeWeekdays: true,
    sloppyRanges: true,
  });
  const runsBetween = (start: number, end: number): number => {
    let runs = 0;
    for (let at = new Date(start - 1000); ; runs += 1) {
      const next = cron.nextRun(at);
      if (!next || next.getTime() >= end) return runs;
      at = next;
    }
  };
  const monday = Date.UTC(2027, 0, 4);
  const inWeek = runsBetween(monday, monday + weekHours * 3_600_000);
  if (inWeek >= weekHours) return (inWeek * hoursPerMonth) / weekHours;
  return runsBetween(Date.UTC(2027, 0, 1), Date.UTC(2028, 0, 1)) / 12;
}

const weekHours = 168;

/** How often a Lambda is invoked in a month while nothing is done, by logical id. */
export function invocationsAtRest(template: SynthesizedTemplate): Map<string, number> {
  const invocations = new Map<string, number>();
  const add = (target: unknown, times: number): void => {
    const id = idIn(target);
    if (id !== undefined) invocations.set(id, (invocations.get(id) ?? 0) + times);
  };
  for (const { properties } of ofType(template, 'AWS::Events::Rule')) {
    if (typeof properties.ScheduleExpression !== 'string' || properties.State === 'DISABLED') continue;
    for (const target of properties.Targets ?? [])
      add(target.Arn, timesPerMonth(properties.ScheduleExpression));
  }
  for (const { properties } of ofType(template, 'AWS::Scheduler::Schedule')) {
    if (properties.State !== 'DISABLED') {
      add(properties.Target?.Arn, timesPerMonth(properties.ScheduleExpression));
    }
  }
  return invocations;
}
