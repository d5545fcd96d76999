import { createHash } from 'node:crypto';
import { z } from 'zod';
import { limits } from './limits.ts';

/** Environment variables that the stack sets and processes read. */
export const variables = {
  /** JSON: `workerQueues` below. */
  taskQueues: 'TASK_QUEUES',
  /** What the URL of every queue of the deployment begins with: all but the slash and the queue's name. */
  queuesUrl: 'QUEUES_URL',
  quarantineBucket: 'QUARANTINE_BUCKET',
  cleanBucket: 'CLEAN_BUCKET',
  reportsBucket: 'REPORTS_BUCKET',
  claimCheckBucket: 'CLAIM_CHECK_BUCKET',
  /** Address of the web application's page on a run, with `{runId}` in it; left out: there is none. */
  runUrl: 'RUN_URL',
  /** How long ended runs are kept. */
  runDays: 'RUN_DAYS',
  /** JSON of the database's secret: host, port, dbname, username, password. */
  databaseSecret: 'DATABASE_SECRET',
  /** A Postgres URL; goes before the secret. */
  databaseUrl: 'DATABASE_URL',
  /** Name of the SSM parameter whose JSON array names the paused tasks. */
  pausedTasksParameter: 'PAUSED_TASKS_PARAMETER',
  /** The deployment's name: prefix of queue and schedule names, dimension of every metric. */
  deployment: 'DEPLOYMENT',
  /** Attempts at once in one worker, over all tasks. */
  workerSlots: 'WORKER_SLOTS',
  /** JSON: URLs of the only queues to which a `replyto` may point. */
  replyDestinations: 'REPLY_DESTINATIONS',
  /** From SIGTERM to the exit of a worker. */
  stopTimeoutSeconds: 'STOP_TIMEOUT_SECONDS',
  maximumWorkers: 'MAXIMUM_WORKERS',
  cluster: 'CLUSTER',
  service: 'SERVICE',
  logLevel: 'LOG_LEVEL',
  /** OpenTelemetry's own: where spans go. Without it nothing is traced. */
  otlpEndpoint: 'OTEL_EXPORTER_OTLP_ENDPOINT',
  /** OpenTelemetry's own: `name=value` pairs with commas between, such as the key of whoever takes the spans. */
  otlpHeaders: 'OTEL_EXPORTER_OTLP_HEADERS',
  /** OpenTelemetry's own: how many of the traces that begin in a worker are kept, 0 to 1. */
  sampledShare: 'OTEL_TRACES_SAMPLER_ARG',
} as const;

/** What a template of the web application's page on a run looks like. */
export const runUrlPattern = /^https?:\/\/[^\s{}]*\{runId\}[^\s{}]*$/;

/** CloudWatch metrics; each has the one dimension `Deployment`, those by task also `Task`. */
export const metrics = {
  namespace: 'Slackwater',
  /** Raw: workers that the queues need now, before smoothing, busy workers and the maximum. */
  workersNeeded: 'WorkersNeeded',
  /** What the step policy follows. */
  workerDemand: 'WorkerDemand',
  messagesWaiting: 'MessagesWaiting',
  deadLetters: 'DeadLetters',
  /** Workers' worth of attempts in progress, from every worker once a minute: their sum counts. */
  workersHeld: 'WorkersHeld',
  /** Length of an attempt, by task. */
  attemptSeconds: 'AttemptSeconds',
  /** From a message's sending to the start of its run's first attempt, by task. */
  queueSeconds: 'QueueSeconds',
  /** What became of attempts and runs, by task; each is told only when it happened. */
  outcomes: {
    /** Runs that ended well. */
    done: 'Done',
    /** Attempts that threw, ran out of time, or could not begin because the message is bad. */
    failed: 'Failed',
    /** Those of the failed that get another attempt. */
    retried: 'Retried',
    /** Messages sent to a dead-letter queue. */
    dead: 'Dead',
  },
  /** Uploads that lie in quarantine and were never scanned; told only while there are files to look at. */
  uploadsWithoutVerdict: 'UploadsWithoutVerdict',
  deploymentDimension: 'Deployment',
  taskDimension: 'Task',
} as const;

/** What the worker knows of each task's queues, by task name. */
export const workerQueues = z.record(
  z.string(),
  z.object({ url: z.url(), arn: z.string().startsWith('arn:'), deadLetterUrl: z.url() }),
);
export type WorkerQueues = z.output<typeof workerQueues>;

/** File beside the code of the demand computation, with `demandTasks`: Lambda's environment has room for 4 KB. */
export const demandTasksFile = 'demand-tasks.json';

/** What the demand computation knows of each task. */
export const demandTasks = z.array(
  z.object({
    name: z.string(),
    concurrency: z.number().positive(),
    startWithinSeconds: z.number().positive(),
    expectedSeconds: z.number().positive(),
    /** Attempts that may begin in a second, over all workers. Left out: no limit. */
    perSecond: z.number().positive().optional(),
  }),
);
export type DemandTask = z.output<typeof demandTasks>[number];

/** Name of a task's queue. Throws if SQS would refuse it. */
export function taskQueueName(prefix: string, task: string): string {
  return legal(`${prefix}-${task}`, limits.queueNameCharacters - '-dead-letter'.length, 'queue');
}

/** Name of the queue where a task's given-up messages lie. */
export function deadLetterQueueName(prefix: string, task: string): string {
  return deadLetterNameOf(taskQueueName(prefix, task));
}

/** Name of the dead-letter queue that belongs to a task's queue. */
export function deadLetterNameOf(queueName: string): string {
  return `${queueName}-dead-letter`;
}

/** Name of the schedule group that holds one-time messages and nothing else. Throws if it would be refused. */
export function oneTimeGroupName(prefix: string): string {
  return legal(`${prefix}-one-time`, limits.scheduledNameCharacters, 'schedule group');
}

/** Name of a schedule in EventBridge Scheduler. Throws if it would be refused. */
export function scheduleName(prefix: string, schedule: string): string {
  return legal(`${prefix}-${schedule}`, limits.scheduledNameCharacters, 'schedule');
}

function legal(name: string, characters: number, kind: string): string {
  if (name.length <= characters && /^[A-Za-z0-9_-]+$/.test(name)) return name;
  throw new Error(
    `${JSON.stringify(name)} is no legal ${kind} name: use at most ${characters} letters, digits, - and _`,
  );
}

/** Keys of the metadata that an upload carries, fixed by its presigned policy and read when the file is scanned. */
export const uploadMetadata = {
  /** Name of the task to send once the file is clean. */
  task: 'slackwater-task',
  /** JSON of that task's input without its `file`. */
  input: 'slackwater-input',
  /** The `source` of the web application that made the upload. */
  source: 'slackwater-source',
  /** W3C trace context of the request that made the upload, if it was traced. */
  traceparent: 'slackwater-traceparent',
} as const;

/** The `source` of the messages that a task's handler sends. */
export function handlerSource(task: string): string {
  return `/slackwater/${task}`;
}

/** Id of the message by which a clean file is passed on: one for each version, however often its verdict comes. */
export function uploadMessageId({
  bucket,
  key,
  versionId,
}: Record<'bucket' | 'key' | 'versionId', string>): string {
  return createHash('sha256')
    .update(JSON.stringify([bucket, key, versionId]))
    .digest('hex');
}

/** The object that a claim check's `dataref` names, `s3://bucket/key?versionId=…`; undefined if it names none. */
export function readS3Reference(
  reference: string,
): { bucket: string; key: string; versionId?: string } | undefined {
  const [, bucket, path, version] =
    /^s3:\/\/([^/?#]+)\/([^?#]+)(?:\?versionId=([^&#]+))?$/.exec(reference) ?? [];
  if (bucket === undefined || path === undefined) return undefined;
  try {
    const key = decodeURIComponent(path);
    return { bucket, key, ...(version === undefined ? {} : { versionId: decodeURIComponent(version) }) };
  } catch {
    return undefined;
  }
}
