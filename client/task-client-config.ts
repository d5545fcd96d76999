import type { S3Client } from '@aws-sdk/client-s3';
import type { SchedulerClient } from '@aws-sdk/client-scheduler';
import type { SQSClient } from '@aws-sdk/client-sqs';

/** Where the client finds what the stack made; the stack publishes these as outputs and as one SSM parameter. */
export interface TaskClientConfig {
  /** Who sends, as a URI reference such as `/webapp`: ids are unique per source. */
  source: string;
  /** Queue URL by task name. */
  queues: Readonly<Record<string, string>>;
  /** Where data goes that is too large for a message. */
  claimCheckBucket: string;
  /** Needed for `createUpload`. */
  quarantineBucket?: string;
  /** Needed for `sendAt` beyond 15 minutes. */
  schedules?: OneTimeSchedules;
  /**
   * Postgres URL, or what makes one for every connection if its password expires. Needed for `status`, `cancel` and
   * `download`, which connect and close so that the database can sleep.
   */
  databaseUrl?: string | (() => string | Promise<string>);
  /** When the relay looks after a transaction's messages, from the first on: 0 to 900. Default 15. */
  relayDelaySeconds?: number;
  /** Default: clients with the SDK's standard retries that take region and credentials from the environment. */
  sqs?: SQSClient;
  s3?: S3Client;
  scheduler?: SchedulerClient;
}

/** How messages are scheduled that are sent later than a queue can delay. */
export interface OneTimeSchedules {
  /** The schedule group, which has no other schedules. */
  group: string;
  /** With which Scheduler sends to the queues. */
  roleArn: string;
  /** What the ARN of every queue begins with: all but its name. */
  queueArnPrefix: string;
}

/** The URL of the task's queue. Throws an Error that names the known ones. */
export function queueOf({ queues }: TaskClientConfig, task: string): string {
  const url = queues[task];
  if (url) return url;
  const known = Object.keys(queues).join(', ') || 'none';
  throw new Error(`No queue is known for task ${JSON.stringify(task)} (known: ${known}): deploy it first`);
}

/** A setting that a call cannot do without. Throws an Error that says what for. */
export function needed<Name extends 'databaseUrl' | 'quarantineBucket' | 'schedules'>(
  config: TaskClientConfig,
  name: Name,
  purpose: string,
): NonNullable<TaskClientConfig[Name]> {
  const value = config[name];
  if (value) return value;
  throw new Error(`${purpose}: pass ${name} to createTaskClient`);
}

/** The database's URL, made anew if it has to be. */
export function urlOf(databaseUrl: NonNullable<TaskClientConfig['databaseUrl']>): string | Promise<string> {
  return typeof databaseUrl === 'string' ? databaseUrl : databaseUrl();
}
