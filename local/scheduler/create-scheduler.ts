import { join } from 'node:path';
import type { Clock } from '../clock.ts';
import { deliverWithRetries } from '../delivery/deliver-with-retries.ts';
import type { Targets } from '../delivery/targets.ts';
import { AwsError } from '../json-protocol.ts';
import { type LocalService, localAccount, localRegion } from '../local-service.ts';
import { openCreatedTimes } from './created-times.ts';
import { followTimes } from './follow-times.ts';
import { fillInput, type Schedule } from './schedule.ts';
import { readScheduleExpression } from './schedule-expression.ts';
import { handleScheduler } from './scheduler-api.ts';

/** A schedule that the local Scheduler follows. */
export interface KnownSchedule extends Schedule {
  arn: string;
  createdAt: number;
}

/** The local EventBridge Scheduler. */
export interface Scheduler extends LocalService {
  /** Adds a schedule and answers its ARN; it runs from `start` on. Throws RangeError if its expression is wrong. */
  putSchedule(schedule: Schedule): string;
  /** Begins to follow all schedules. */
  start(): void;
  /** Sends what the schedule sends, with the wall clock's now as scheduled time; answers that time. Throws AwsError. */
  trigger(name: string): Promise<Date>;
  /** Ends all schedules and gives up what is still being tried. */
  close(): Promise<void>;
}

/** Makes the local Scheduler. Times at which it did not run are not made up. */
export function createScheduler(options: {
  targets: Targets;
  clock: Clock;
  stateDirectory: string;
  say: (sentence: string) => void;
}): Scheduler {
  const { targets, clock, say } = options;
  const schedules = new Map<string, KnownSchedule>();
  const created = openCreatedTimes(join(options.stateDirectory, 'schedules.json'));
  const fresh = new Set<string>();
  const timers = new Set<() => void>();
  const underway = new Set<Promise<void>>();
  const stopped = new AbortController();

  const invoke = async (schedule: KnownSchedule, scheduledTime: Date): Promise<void> => {
    const { Target: target, arn } = schedule;
    const outcome = await deliverWithRetries({
      targets,
      clock,
      target,
      payload: (attempt) =>
        fillInput(target.Input ?? '{}', {
          scheduleArn: arn,
          scheduledTime,
          executionId: crypto.randomUUID(),
          attempt,
        }),
      deadLetterAttributes: { SCHEDULE_ARN: arn },
      signal: stopped.signal,
    });
    if (outcome.delivered) return;
    const where = outcome.deadLetterArn
      ? `it lies on ${outcome.deadLetterArn}`
      : 'it has no dead-letter queue';
    say(`Schedule ${schedule.Name} could not deliver to ${target.Arn}: ${outcome.reason}; ${where}`);
  };
  const invokeBehind = (schedule: KnownSchedule, scheduledTime: Date): void => {
    const invocation = invoke(schedule, scheduledTime)
      .catch((error: Error) => say(`Schedule ${schedule.Name} lost an invocation: ${error.message}`))
      .finally(() => underway.delete(invocation));
    underway.add(invocation);
  };
  const follow = (schedule: KnownSchedule): void => {
    const now = clock.now();
    const first = Math.max(now, Date.parse(schedule.StartDate ?? '') || 0);
    const end = Date.parse(schedule.EndDate ?? '') || Number.POSITIVE_INFINITY;
    const times = readScheduleExpression(schedule.ScheduleExpression, {
      timeZone: schedule.ScheduleExpressionTimezone,
      since: Date.parse(schedule.StartDate ?? '') || schedule.createdAt,
    });
    timers.add(
      followTimes({
        times,
        clock,
        // A rate's first time is its creation: AWS starts such a schedule at once.
        after: fresh.has(schedule.arn) ? Math.min(schedule.createdAt, first) - 1 : first - 1,
        at: (time) => {
          if (time > end) return;
          const cancel = clock.after(latenessOf(schedule), () => {
            timers.delete(cancel);
            invokeBehind(schedule, new Date(time));
          });
          timers.add(cancel);
        },
      }),
    );
  };
  const named = (name: string, group?: string): KnownSchedule => {
    const found = [...schedules.values()].find(
      (one) => one.Name === name && (group === undefined || one.GroupName === group),
    );
    if (found) return found;
    throw new AwsError('ResourceNotFoundException', `Schedule ${name} does not exist.`, { status: 404 });
  };

  return {
    signingNames: ['scheduler'],
    handle: (request, response) =>
      handleScheduler({ request, response, named, all: () => [...schedules.values()] }),
    putSchedule: (schedule) => {
      const arn = `arn:aws:scheduler:${localRegion}:${localAccount}:schedule/${schedule.GroupName}/${schedule.Name}`;
      const { createdAt, isNew } = created.of(arn, schedule.ScheduleExpression, clock.now());
      readScheduleExpression(schedule.ScheduleExpression, {
        timeZone: schedule.ScheduleExpressionTimezone,
        since: createdAt,
      });
      if (isNew) fresh.add(arn);
      schedules.set(arn, { ...schedule, arn, createdAt });
      return arn;
    },
    start: () => {
      for (const schedule of schedules.values()) if (schedule.State === 'ENABLED') follow(schedule);
    },
    trigger: async (name) => {
      const scheduledTime = new Date(Math.floor(Date.now() / 1000) * 1000);
      await invoke(named(name), scheduledTime);
      return scheduledTime;
    },
    close: async () => {
      for (const cancel of timers) cancel();
      stopped.abort();
      await Promise.all(underway);
    },
  };
}

/** Somewhere inside the flexible window. */
function latenessOf({ FlexibleTimeWindow: window }: Schedule): number {
  if (window.Mode === 'OFF') return 0;
  return Math.random() * (window.MaximumWindowInMinutes ?? 1) * 60_000;
}
