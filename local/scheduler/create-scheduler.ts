import { join } from 'node:path';
import type { Clock } from '../clock.ts';
import { deliverWithRetries } from '../delivery/deliver-with-retries.ts';
import type { Targets } from '../delivery/targets.ts';
import { AwsError } from '../json-protocol.ts';
import type { LocalService } from '../local-service.ts';
import { createCreatedSchedules } from './created-schedules.ts';
import { openCreatedTimes } from './created-times.ts';
import { followSchedule } from './follow-schedule.ts';
import { fillInput, type KnownSchedule, type Schedule, scheduleArn } from './schedule.ts';
import { readScheduleExpression } from './schedule-expression.ts';
import { handleScheduler } from './scheduler-api.ts';

/** The local EventBridge Scheduler. */
export interface Scheduler extends LocalService {
  /** Makes a group in which schedules can be created over the API. */
  putGroup(name: string): void;
  /** Adds a schedule and answers its ARN; it runs from `start` on. Throws RangeError if its expression is wrong. */
  putSchedule(schedule: Schedule): string;
  /** Begins to follow all schedules. */
  start(): void;
  /** Sends what the schedule sends, with the wall clock's now as scheduled time; answers that time. Throws AwsError. */
  trigger(name: string): Promise<Date>;
  /** Ends all schedules and gives up what is still being tried. */
  close(): Promise<void>;
}

/**
 * Makes the local Scheduler. Times at which it did not run are not made up, but for one-time schedules that came over
 * the API.
 */
export function createScheduler(options: {
  targets: Targets;
  clock: Clock;
  stateDirectory: string;
  say: (sentence: string) => void;
}): Scheduler {
  const { targets, clock, say } = options;
  const schedules = new Map<string, KnownSchedule>();
  const createdTimes = openCreatedTimes(join(options.stateDirectory, 'schedules.json'));
  const fresh = new Set<string>();
  const groups = new Set(['default']);
  const followed = new Set<() => void>();
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
  /** Never rejects, and is waited for at the end. */
  const invokeBehind = (schedule: KnownSchedule, scheduledTime: Date): Promise<void> => {
    const invocation = invoke(schedule, scheduledTime)
      .catch((error: Error) => say(`Schedule ${schedule.Name} lost an invocation: ${error.message}`))
      .finally(() => underway.delete(invocation));
    underway.add(invocation);
    return invocation;
  };
  const created = createCreatedSchedules({
    path: join(options.stateDirectory, 'created-schedules.json'),
    clock,
    hasGroup: (name) => groups.has(name),
    invoke: invokeBehind,
  });
  const follow = (schedule: KnownSchedule): void => {
    const start = Date.parse(schedule.StartDate ?? '') || 0;
    const first = Math.max(clock.now(), start);
    const end = followSchedule({
      schedule,
      clock,
      since: start || schedule.createdAt,
      // A rate's first time is its creation: AWS starts such a schedule at once.
      after: fresh.has(schedule.arn) ? Math.min(schedule.createdAt, first) - 1 : first - 1,
      at: (time) => void invokeBehind(schedule, time),
    });
    followed.add(end);
  };
  const all = (): KnownSchedule[] => [...schedules.values(), ...created.all()];
  const named = (name: string, group?: string): KnownSchedule => {
    const found = all().find((one) => one.Name === name && (group === undefined || one.GroupName === group));
    if (found) return found;
    throw new AwsError('ResourceNotFoundException', `Schedule ${name} does not exist.`, { status: 404 });
  };

  return {
    signingNames: ['scheduler'],
    handle: (request, response) => handleScheduler(request, response, { ...created, named, all }),
    putGroup: (name) => void groups.add(name),
    putSchedule: (schedule) => {
      const arn = scheduleArn(schedule);
      const { createdAt, isNew } = createdTimes.of(arn, schedule.ScheduleExpression, clock.now());
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
      created.start();
    },
    trigger: async (name) => {
      const scheduledTime = new Date(Math.floor(Date.now() / 1000) * 1000);
      await invoke(named(name), scheduledTime);
      return scheduledTime;
    },
    close: async () => {
      for (const end of followed) end();
      created.close();
      stopped.abort();
      await Promise.all(underway);
    },
  };
}
