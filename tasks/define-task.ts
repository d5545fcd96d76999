import { z } from 'zod';
import { limits } from './limits.ts';
import { scheduleName, taskQueueName } from './names.ts';
import { permitsInWindow, type RateLimit, windowSeconds } from './rate-limit.ts';
import { sensitive } from './sensitive.ts';

/** How often and how far apart a failed attempt is repeated. */
export interface RetryPolicy {
  /** Attempts in all, the first included. 1 to 100. */
  attempts: number;
  firstDelaySeconds: number;
  /** Each further delay is this many times the one before. At least 1. */
  factor: number;
  maxDelaySeconds: number;
}

/** A time at which a task is asked for without anybody sending a message. */
export interface TaskSchedule<Input> {
  /** Unique in the catalogue; names the schedule in AWS and stands in the id of its messages. */
  name: string;
  /** EventBridge Scheduler's own syntax: `rate(1 hour)` or `cron(0 6 * * ? *)`. */
  expression: string;
  /** IANA name. Default `Europe/London`. */
  timeZone?: string;
  /** The message may come up to this many minutes late, 1 to 1440; left out: on time. */
  flexibleWindowMinutes?: number;
  input: Input;
}

/** What a task is, as its author writes it: data alone, safe to import anywhere. */
export interface TaskSettings<Input extends z.ZodType, Result extends z.ZodType> {
  /** Lower-case words with hyphens, at most 40 characters; names the queue and the message type. */
  name: string;
  /** One line for operators. */
  summary: string;
  input: Input;
  result: Result;
  /** The deadline of one attempt. */
  timeoutSeconds: number;
  /**
   * The longest stretch of an attempt that must not be cut off when its worker is told to stop. Left out: any moment
   * will do, and the message is handed back. The stack checks it against the workers' stop timeout.
   */
  uninterruptibleSeconds?: number | undefined;
  /** Attempts at once in one worker. */
  concurrency: number;
  /**
   * Its part of a worker's slots, relative to the others', while more wait than there are slots for: a task of weight 2
   * gets twice as many as one of weight 1. More than 0, at most 1000; default 1. One slot is always its own.
   */
  weight?: number | undefined;
  /** How often attempts may begin, over all workers. Left out: as often as there are slots for them. */
  rateLimit?: RateLimit | undefined;
  /** The latency objective: how long a message may wait before its first attempt starts. */
  startWithinSeconds: number;
  /** First guess at an attempt's length; measured afterwards. */
  expectedSeconds: number;
  retry: RetryPolicy;
  /** Whose message it is: one sender's flood does not starve another's. */
  fairBy?(input: z.output<Input>): string;
  schedules?: TaskSchedule<z.input<Input>>[];
}

/** A task that passed every check of `defineTask`. */
export interface Task<Input extends z.ZodType = z.ZodType, Result extends z.ZodType = z.ZodType>
  extends Omit<TaskSettings<Input, Result>, 'schedules' | 'weight'> {
  weight: number;
  schedules: (TaskSchedule<z.input<Input>> & { timeZone: string })[];
}

/** What a sender passes for the task. */
export type TaskInput<T> = T extends Task<infer Input, z.ZodType> ? z.input<Input> : never;

/** What a handler is given: the input with its defaults filled in. */
export type TaskData<T> = T extends Task<infer Input, z.ZodType> ? z.output<Input> : never;

/** What a handler returns. */
export type TaskResult<T> = T extends Task<z.ZodType, infer Result> ? z.input<Result> : never;

/** A version of an object in S3, as tasks name files to each other. */
export const fileRef = z.object({
  bucket: z.string().min(3),
  key: z.string().min(1).max(1024),
  versionId: z.string().min(1).optional(),
});
export type FileRef = z.output<typeof fileRef>;

/** The same for what somebody uploaded: its key ends with their own name for the file, which may name a person. */
export const uploadedFile = fileRef.extend({ key: sensitive(fileRef.shape.key) });

const positive = z.number().positive();
const settingsSchema = z.object({
  name: z
    .string()
    .max(limits.taskNameCharacters)
    .regex(/^[a-z][a-z0-9]*(-[a-z0-9]+)*$/, 'use lower-case words with hyphens, such as property-upload'),
  summary: z.string().min(1),
  timeoutSeconds: positive,
  uninterruptibleSeconds: positive.optional(),
  concurrency: z.int().min(1).max(1000),
  weight: positive.max(1000).optional(),
  rateLimit: z.object({ perSecond: positive, burst: z.int().min(1) }).optional(),
  startWithinSeconds: positive,
  expectedSeconds: positive,
  retry: z.object({
    attempts: z.int().min(1).max(100),
    firstDelaySeconds: z.number().min(0),
    factor: z.number().min(1),
    maxDelaySeconds: z.number().min(0),
  }),
});
const scheduleSchema = z.object({
  name: z
    .string()
    .max(limits.scheduleNameCharacters)
    .regex(/^[a-z0-9]+(-[a-z0-9]+)*$/, 'use lower-case words with hyphens'),
  expression: z
    .string()
    .regex(
      /^(rate\([1-9]\d* (minutes?|hours?|days?)\)|cron\(\S+( \S+){5}\))$/,
      'use rate(5 minutes) or cron(0 6 * * ? *)',
    ),
  timeZone: z.string().refine(isTimeZone, 'is no IANA time zone such as Europe/London'),
  flexibleWindowMinutes: z.int().min(1).max(1440).optional(),
});

/**
 * Defines a kind of background work: queue, dead-letter queue, schedules, alarms, routing and types follow from it.
 * Throws an Error that lists everything that cannot work: an illegal name, a delay beyond SQS's 12 hours, retries
 * that outlive the queue's retention, a schedule whose input does not fit the schema.
 */
export function defineTask<Input extends z.ZodType, Result extends z.ZodType>(
  settings: TaskSettings<Input, Result>,
): Task<Input, Result> {
  const schedules = (settings.schedules ?? []).map((one) => ({
    ...one,
    timeZone: one.timeZone ?? 'Europe/London',
  }));
  const problems = [
    ...issues(settingsSchema.safeParse(settings), ''),
    ...retryProblems(settings),
    ...rateLimitProblems(settings),
    ...schedules.flatMap((schedule, index) => [
      ...issues(scheduleSchema.safeParse(schedule), `schedules.${index}.`),
      ...issues(settings.input.safeParse(schedule.input), `schedules.${index}.input.`),
    ]),
  ];
  if (problems.length > 0) {
    throw new Error(`Task ${JSON.stringify(settings.name)} cannot work: ${problems.join('; ')}`);
  }
  return { ...settings, schedules, weight: settings.weight ?? 1 };
}

/**
 * The longest time from a message's first attempt to the end of its last, with every delay at its maximum and, under a
 * rate limit, a whole window's wait before each attempt.
 */
export function longestRetrySeconds({
  timeoutSeconds,
  retry,
  rateLimit,
}: Pick<Task, 'timeoutSeconds' | 'retry' | 'rateLimit'>): number {
  let total = retry.attempts * (timeoutSeconds + (rateLimit ? windowSeconds(rateLimit) : 0));
  for (let failed = 1; failed < retry.attempts; failed += 1) {
    total += Math.min(retry.maxDelaySeconds, retry.firstDelaySeconds * retry.factor ** (failed - 1));
  }
  return total;
}

function retryProblems(settings: Pick<Task, 'timeoutSeconds' | 'retry' | 'rateLimit'>): string[] {
  const { timeoutSeconds, retry } = settings;
  const problems: string[] = [];
  if (timeoutSeconds + retry.maxDelaySeconds > limits.visibilitySeconds) {
    problems.push(
      `timeoutSeconds ${timeoutSeconds} + retry.maxDelaySeconds ${retry.maxDelaySeconds} is more than the ` +
        `${limits.visibilitySeconds} s for which SQS can hide a message: shorten one of them`,
    );
  }
  if (retry.firstDelaySeconds > retry.maxDelaySeconds) {
    problems.push(`retry.firstDelaySeconds ${retry.firstDelaySeconds} is more than retry.maxDelaySeconds`);
  }
  const longest = longestRetrySeconds(settings);
  if (longest > limits.queueRetentionSeconds) {
    problems.push(
      `all attempts can take ${Math.round(longest)} s, but the queue keeps a message for ` +
        `${limits.queueRetentionSeconds} s: fewer attempts or shorter delays`,
    );
  }
  return problems;
}

function rateLimitProblems({
  rateLimit,
  startWithinSeconds,
}: Pick<Task, 'rateLimit' | 'startWithinSeconds'>): string[] {
  if (rateLimit === undefined) return [];
  const seconds = windowSeconds(rateLimit);
  if (!(seconds > startWithinSeconds)) return [];
  return [
    `rateLimit lets ${permitsInWindow(rateLimit)} attempts begin every ${seconds} s, so that the next message cannot ` +
      `start within startWithinSeconds ${startWithinSeconds}: raise perSecond, lower burst or wait longer`,
  ];
}

function issues(parsed: z.ZodSafeParseResult<unknown>, prefix: string): string[] {
  return parsed.success
    ? []
    : parsed.error.issues.map((one) => `${prefix}${one.path.join('.')}: ${one.message}`);
}

function isTimeZone(name: string): boolean {
  try {
    new Intl.DateTimeFormat('en-GB', { timeZone: name });
    return true;
  } catch {
    return false;
  }
}

/** Throws if two tasks or two schedules of a catalogue share a name, or a name is too long for this prefix. */
export function checkCatalogue(tasks: readonly Task[], prefix: string): void {
  const schedules = tasks.flatMap((task) => task.schedules.map((schedule) => schedule.name));
  for (const [kind, names] of [
    ['task', tasks.map((task) => task.name)],
    ['schedule', schedules],
  ] as const) {
    const twice = names.find((name, index) => names.indexOf(name) !== index);
    if (twice !== undefined) throw new Error(`Two ${kind}s are called ${JSON.stringify(twice)}: rename one`);
  }
  for (const task of tasks) taskQueueName(prefix, task.name);
  for (const name of schedules) scheduleName(prefix, name);
}
