import type { Clock } from '../clock.ts';
import { AwsError } from '../json-protocol.ts';
import { followSchedule } from './follow-schedule.ts';
import { type KeptSchedule, openKeptSchedules } from './kept-schedules.ts';
import { type KnownSchedule, type Schedule, scheduleArn } from './schedule.ts';
import { readScheduleExpression } from './schedule-expression.ts';

/** Schedules that came over the API and not with the template. */
export interface CreatedSchedules {
  all(): KnownSchedule[];
  /** Answers the ARN. Throws AwsError. */
  create(schedule: Schedule, clientToken: string | undefined): string;
  /** Throws AwsError ResourceNotFoundException. */
  remove(name: string, group: string): void;
  /** Begins to follow them, those to come as well. A one-time schedule that is overdue sends at once. */
  start(): void;
  close(): void;
}

/** Opens the schedules of a file. `invoke` sends what a schedule sends and never rejects. */
export function createCreatedSchedules({
  path,
  clock,
  hasGroup,
  invoke,
}: {
  path: string;
  clock: Clock;
  hasGroup: (name: string) => boolean;
  invoke: (schedule: KnownSchedule, scheduledTime: Date) => Promise<void>;
}): CreatedSchedules {
  const kept = openKeptSchedules(path);
  const followed = new Map<string, () => void>();
  let isStarted = false;

  const follow = (schedule: KeptSchedule): void => {
    if (!isStarted || schedule.State === 'DISABLED' || schedule.isCompleted) return;
    const isOneTime = schedule.ScheduleExpression.startsWith('at(');
    const end = followSchedule({
      schedule,
      clock,
      since: schedule.createdAt,
      // Somebody's message is in a one-time schedule: it is sent also if its time passed while nobody ran.
      after: isOneTime ? schedule.createdAt - 1 : clock.now() - 1,
      at: async (time) => {
        await invoke(schedule, time);
        if (isOneTime) complete(schedule);
      },
    });
    followed.set(schedule.arn, end);
  };

  const complete = (schedule: KeptSchedule): void => {
    followed.delete(schedule.arn);
    if (!kept.get(schedule.arn)) return;
    if (schedule.ActionAfterCompletion === 'DELETE') kept.remove(schedule.arn);
    else kept.put({ ...schedule, isCompleted: true });
  };

  return {
    all: () => kept.all().map(({ clientToken: _token, isCompleted: _completed, ...schedule }) => schedule),
    create: (schedule, clientToken) => {
      const { Name, GroupName, ScheduleExpression, ScheduleExpressionTimezone: timeZone } = schedule;
      if (!hasGroup(GroupName)) throw notThere(`Schedule group ${GroupName} does not exist.`);
      const arn = scheduleArn(schedule);
      const before = kept.get(arn);
      if (before && before.clientToken === clientToken && clientToken !== undefined) return arn;
      if (before) {
        throw new AwsError('ConflictException', `Schedule ${Name} already exists.`, { status: 409 });
      }
      const createdAt = clock.now();
      checkExpression(ScheduleExpression, { timeZone, since: createdAt });
      const isNew = { arn, createdAt, isCompleted: false, ...(clientToken !== undefined && { clientToken }) };
      kept.put({ ...schedule, ...isNew });
      follow({ ...schedule, ...isNew });
      return arn;
    },
    remove: (name, group) => {
      const arn = scheduleArn({ Name: name, GroupName: group });
      if (!kept.remove(arn)) throw notThere(`Schedule ${name} does not exist.`);
      followed.get(arn)?.();
      followed.delete(arn);
    },
    start: () => {
      isStarted = true;
      for (const schedule of kept.all()) follow(schedule);
    },
    close: () => {
      isStarted = false;
      for (const end of followed.values()) end();
    },
  };
}

function notThere(message: string): AwsError {
  return new AwsError('ResourceNotFoundException', message, { status: 404 });
}

function checkExpression(expression: string, options: { timeZone: string; since: number }): void {
  try {
    readScheduleExpression(expression, options);
  } catch (error) {
    throw new AwsError('ValidationException', (error as Error).message);
  }
}
