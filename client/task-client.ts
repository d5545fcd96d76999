import { S3Client } from '@aws-sdk/client-s3';
import { SendMessageCommand, SQSClient } from '@aws-sdk/client-sqs';
import { validate } from 'uuid';
import type { RunStatus } from '../ledger/ledger.ts';
import { type ReplyData, readReply } from '../messages/reply.ts';
import { runIdOf } from '../messages/run-id.ts';
import { writeMessage } from '../messages/write-message.ts';
import type { Task, TaskInput } from '../tasks/define-task.ts';
import { limits } from '../tasks/limits.ts';
import { handlerSource, uploadMessageId } from '../tasks/names.ts';
import { virusScanResult } from '../tasks/virus-scan-result/task.ts';
import { createUpload, type Upload, type UploadRequest } from './create-upload.ts';
import { createRunListener } from './run-listener.ts';
import { createS3ClaimChecks } from './s3-claim-checks.ts';
import { watchRun } from './watch-run.ts';
import { withLedger } from './with-ledger.ts';

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
  /** Postgres URL; needed for `status` and `cancel`, which connect and close so that the database can sleep. */
  databaseUrl?: string;
  /** Default: a client with the SDK's standard retries that takes region and credentials from the environment. */
  sqs?: SQSClient;
  s3?: S3Client;
}

/** How a message is sent. */
export interface SendOptions {
  /** 0 to 900. Default 0. */
  delaySeconds?: number;
  /** Whose message it is, for fairness among senders. Default: what the task's `fairBy` says of the input. */
  groupId?: string;
  /** The same id from the same source never does the work twice. Default: a new ULID. */
  id?: string;
  /** The same key for the same task never does the work twice, whatever the id. */
  idempotencyKey?: string;
  /** URL of the queue that wants the outcome. */
  replyTo?: string;
  /** W3C trace context of the request that sends. */
  traceparent?: string;
}

/** What a web application does with background work. */
export interface TaskClient {
  /**
   * Checks the input, puts the message on the task's queue and returns the run's id. A message that was accepted
   * ends as done or dead. Throws InvalidInput that names every reason, or what SQS answered; then nothing was sent.
   */
  send<T extends Task>(task: T, input: TaskInput<T>, options?: SendOptions): Promise<string>;
  /** A form with which a browser uploads one file straight into quarantine; once clean it is passed to the task. */
  createUpload<T extends Task>(request: UploadRequest<T>): Promise<Upload>;
  /** The run that a clean upload leads to, by the key of `createUpload` and the version id that S3's answer told. */
  runIdOfUpload<T extends Task>(task: T, file: { key: string; versionId: string }): string;
  /** What became of the run; `unknown` until a worker first saw its message. */
  status(runId: string): Promise<RunStatus>;
  /**
   * How the run goes: now, and at each change, until it has ended or the signal is aborted. Read it with `for await`. All
   * that one client watches shares one connection, which keeps the database awake while it lasts.
   */
  watch(runId: string, options?: { signal?: AbortSignal }): AsyncIterable<RunStatus>;
  /** Stops the run, also one whose message is still on its way. */
  cancel(runId: string): Promise<'cancelled' | 'already-ended'>;
  /** What a message from a `replyTo` queue says. Throws UnreadableMessage if it is no reply. */
  readReply(body: string): Promise<ReplyData>;
}

/** Makes the client. It opens no connection before its first call and needs no closing. */
export function createTaskClient(config: TaskClientConfig): TaskClient {
  const sqs = config.sqs ?? new SQSClient({});
  const s3 = config.s3 ?? new S3Client({});
  const claimChecks = createS3ClaimChecks({ s3, bucket: config.claimCheckBucket });
  const databaseUrl = () => {
    if (config.databaseUrl) return config.databaseUrl;
    throw new Error('status and cancel read the ledger: pass databaseUrl to createTaskClient');
  };
  const quarantineBucket = () => {
    if (config.quarantineBucket) return config.quarantineBucket;
    throw new Error('Uploads go to the quarantine bucket: pass quarantineBucket to createTaskClient');
  };
  const runs = createRunListener(databaseUrl);

  return {
    send: async (task, input, options = {}) => {
      const queueUrl = queueOf(config, task.name);
      const delaySeconds = checkedDelay(options.delaySeconds);
      const message = await writeMessage(task, input, { ...options, source: config.source, claimChecks });
      const groupId = options.groupId ?? message.group;
      await sqs.send(
        new SendMessageCommand({
          QueueUrl: queueUrl,
          MessageBody: message.body,
          ...(delaySeconds === undefined ? {} : { DelaySeconds: delaySeconds }),
          ...(groupId === undefined ? {} : { MessageGroupId: groupId }),
        }),
      );
      return message.runId;
    },
    createUpload: (request) =>
      createUpload({ s3, bucket: quarantineBucket(), source: config.source }, request),
    runIdOfUpload: (task, file) =>
      runIdOf({
        type: task.name,
        source: handlerSource(virusScanResult.name),
        id: uploadMessageId({ bucket: quarantineBucket(), ...file }),
      }),
    status: async (runId) => withLedger(databaseUrl(), (ledger) => ledger.status(checkedRunId(runId))),
    watch: (runId, { signal = new AbortController().signal } = {}) =>
      watchRun(runs, { runId: checkedRunId(runId), signal }),
    readReply: (body) => readReply(body, claimChecks),
    cancel: async (runId) => withLedger(databaseUrl(), (ledger) => ledger.cancel(checkedRunId(runId))),
  };
}

function queueOf({ queues }: TaskClientConfig, task: string): string {
  const url = queues[task];
  if (url) return url;
  const known = Object.keys(queues).join(', ') || 'none';
  throw new Error(`No queue is known for task ${JSON.stringify(task)} (known: ${known}): deploy it first`);
}

function checkedDelay(seconds: number | undefined): number | undefined {
  if (
    seconds === undefined ||
    (Number.isInteger(seconds) && seconds >= 0 && seconds <= limits.delaySeconds)
  ) {
    return seconds;
  }
  throw new RangeError(
    `delaySeconds must be a whole number from 0 to ${limits.delaySeconds}, got ${seconds}`,
  );
}

function checkedRunId(runId: string): string {
  if (validate(runId)) return runId;
  throw new TypeError(`${JSON.stringify(runId)} is no run id: pass the UUID that send returned`);
}
