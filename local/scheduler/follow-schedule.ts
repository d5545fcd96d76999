import type { Clock } from '../clock.ts';
import { followTimes } from './follow-times.ts';
import type { Schedule } from './schedule.ts';
import { readScheduleExpression } from './schedule-expression.ts';

/** Calls `at` at every time of the schedule later than `after`, up to a window's length late; the answer ends it. */
export function followSchedule(options: {
  schedule: Schedule;
  clock: Clock;
  /** From when a rate counts, in milliseconds since 1970 as `after` is. */
  since: number;
  after: number;
  at: (time: Date) => void;
}): () => void {
  const { schedule, clock, since, after, at } = options;
  const end = Date.parse(schedule.EndDate ?? '') || Number.POSITIVE_INFINITY;
  const timers = new Set<() => void>();
  const endTimes = followTimes({
    times: readScheduleExpression(schedule.ScheduleExpression, {
      timeZone: schedule.ScheduleExpressionTimezone,
      since,
    }),
    clock,
    after,
    at: (time) => {
      if (time > end) return;
      const cancel = clock.after(latenessOf(schedule), () => {
        timers.delete(cancel);
        at(new Date(time));
      });
      timers.add(cancel);
    },
  });
  return () => {
    endTimes();
    for (const cancel of timers) cancel();
  };
}

/** Somewhere inside the flexible window. */
function latenessOf({ FlexibleTimeWindow: window }: Schedule): number {
  if (window.Mode === 'OFF') return 0;
  return Math.random() * (window.MaximumWindowInMinutes ?? 1) * 60_000;
}
