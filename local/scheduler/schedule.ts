import { z } from 'zod';
import { localAccount, localRegion } from '../local-service.ts';

/** A schedule as CloudFormation and the API write it. */
export const scheduleSchema = z.looseObject({
  Name: z.string(),
  GroupName: z.string().default('default'),
  Description: z.string().optional(),
  ScheduleExpression: z.string(),
  ScheduleExpressionTimezone: z.string().default('UTC'),
  State: z.enum(['ENABLED', 'DISABLED']).default('ENABLED'),
  /** Whether it goes once it has sent its last. */
  ActionAfterCompletion: z.enum(['NONE', 'DELETE']).default('NONE'),
  StartDate: z.iso.datetime({ offset: true }).optional(),
  EndDate: z.iso.datetime({ offset: true }).optional(),
  FlexibleTimeWindow: z.object({
    Mode: z.enum(['OFF', 'FLEXIBLE']),
    MaximumWindowInMinutes: z.coerce.number().int().min(1).max(1440).optional(),
  }),
  Target: z.looseObject({
    Arn: z.string(),
    RoleArn: z.string().optional(),
    Input: z.string().optional(),
    SqsParameters: z.object({ MessageGroupId: z.string().optional() }).optional(),
    DeadLetterConfig: z.object({ Arn: z.string().optional() }).optional(),
    RetryPolicy: z
      .object({
        MaximumRetryAttempts: z.coerce.number().optional(),
        MaximumEventAgeInSeconds: z.coerce.number().optional(),
      })
      .optional(),
  }),
});
export type Schedule = z.output<typeof scheduleSchema>;

/** A schedule that the local Scheduler follows. */
export interface KnownSchedule extends Schedule {
  arn: string;
  /** Milliseconds since 1970. */
  createdAt: number;
}

/** The ARN of a schedule of this name in this group. */
export function scheduleArn({ Name, GroupName }: Pick<Schedule, 'Name' | 'GroupName'>): string {
  return `arn:aws:scheduler:${localRegion}:${localAccount}:schedule/${GroupName}/${Name}`;
}

/** What Scheduler tells a target about the invocation. */
export interface Invocation {
  scheduleArn: string;
  scheduledTime: Date;
  /** New for every attempt. */
  executionId: string;
  attempt: number;
}

/** The target's input with Scheduler's context attributes filled in, as texts, wherever they stand. */
export function fillInput(input: string, invocation: Invocation): string {
  const attributes: Record<string, string> = {
    'schedule-arn': invocation.scheduleArn,
    'scheduled-time': `${invocation.scheduledTime.toISOString().slice(0, 19)}Z`,
    'execution-id': invocation.executionId,
    'attempt-number': String(invocation.attempt),
  };
  return input.replace(/<aws\.scheduler\.([a-z-]+)>/g, (whole, name: string) => attributes[name] ?? whole);
}
