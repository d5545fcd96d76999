import { S3Client } from '@aws-sdk/client-s3';
import { SendMessageCommand, SQSClient } from '@aws-sdk/client-sqs';
import type { ClientBase } from 'pg';
import type { Forgotten, RunStatus } from '../ledger/ledger.ts';
import { type ReplyData, readReply } from '../messages/reply.ts';
import type { Task, TaskInput } from '../tasks/define-task.ts';
import { createBatchSender } from './batch-sender.ts';
import { createUpload, type Upload, type UploadRequest } from './create-upload.ts';
import { type DownloadOptions, presignDownload } from './download.ts';
import { forget, type Whom } from './forget.ts';
import { inTransaction, type TransactionSource } from './in-transaction.ts';
import { createLaterSender } from './later-sender.ts';
import { createOutbox } from './outbox.ts';
import { draftMessage, prepareMessage } from './prepare-message.ts';
import { sqsFields } from './queue-messages.ts';
import { checkedRunId, runIdOfUpload } from './run-ids.ts';
import { createRunListener } from './run-listener.ts';
import { createS3ClaimChecks } from './s3-claim-checks.ts';
import type { BatchOptions, BatchResult, SendAtOptions, SendOptions } from './send-options.ts';
import { needed, queueOf, type TaskClientConfig, urlOf } from './task-client-config.ts';
import { watchRun } from './watch-run.ts';
import { withLedger } from './with-ledger.ts';

/** What a web application does with background work. */
export interface TaskClient {
  /**
   * Checks the input, puts the message on the task's queue and returns the run's id. A message that was accepted
   * ends as done or dead. Throws InvalidInput that names every reason, or what SQS answered; then nothing was sent.
   */
  send<T extends Task>(task: T, input: TaskInput<T>, options?: SendOptions): Promise<string>;
  /**
   * Sends any number of messages; the results are in their order. Throws InvalidInput that names each input that does
   * not fit by its index; then nothing was sent. What SQS did not accept after repetitions stands in the results.
   */
  sendBatch<T extends Task>(
    task: T,
    inputs: readonly TaskInput<T>[],
    options?: BatchOptions<T>,
  ): Promise<BatchResult[]>;
  /**
   * Sends at a time however far ahead: beyond 15 minutes by a schedule, which is exact to the minute and never early. A
   * time that is over is now. `cancel` stops it before and after. Throws as `send` does, RangeError for no valid time.
   */
  sendAt<T extends Task>(task: T, input: TaskInput<T>, when: Date, options?: SendAtOptions): Promise<string>;
  /**
   * Runs `work` in a transaction on the ledger's database; what it sends with `{ transaction }` leaves if and only if
   * that commits, directly after it. Throws what `work` throws, and RolledBack if Postgres did not commit.
   */
  transaction<Value>(
    database: TransactionSource,
    work: (transaction: ClientBase) => Promise<Value>,
  ): Promise<Value>;
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
  /**
   * A link to the file of the run's result, to be made when somebody clicks: a signed link ends soon. Throws NoDownload
   * if the run is not done or its result names no such file.
   */
  download(runId: string, options?: DownloadOptions): Promise<string>;
  /** Stops the run, also one whose message is still on its way. */
  cancel(runId: string): Promise<'cancelled' | 'already-ended'>;
  /**
   * Erases what a run and its children hold (payloads, results, progress, errors), or all runs of whom messages are, and
   * leaves the counts. What has not ended is cancelled. Claim checks are deleted by `ledger-cleanup`, which is sent for.
   */
  forget(whom: Whom): Promise<Forgotten>;
  /** What a message from a `replyTo` queue says. Throws UnreadableMessage if it is no reply. */
  readReply(body: string): Promise<ReplyData>;
}

/** Makes the client. It opens no connection before its first call and needs no closing. */
export function createTaskClient(config: TaskClientConfig): TaskClient {
  const { source } = config;
  const sqs = config.sqs ?? new SQSClient({ retryMode: 'standard' });
  const s3 = config.s3 ?? new S3Client({ retryMode: 'standard' });
  const claimChecks = createS3ClaimChecks({ s3, bucket: config.claimCheckBucket });
  const later = createLaterSender({ config, sqs, claimChecks });
  const outbox = createOutbox(config, sqs);
  const databaseUrl = () => urlOf(needed(config, 'databaseUrl', 'status and cancel read the ledger'));
  const quarantine = () => needed(config, 'quarantineBucket', 'Uploads go to the quarantine bucket');

  const status = (runId: string) => withLedger(databaseUrl, (ledger) => ledger.status(checkedRunId(runId)));
  const runs = createRunListener(databaseUrl);

  const client: TaskClient = {
    send: async (task, input, options = {}) => {
      const { transaction, ...said } = options;
      const queueUrl = queueOf(config, task.name);
      const draft = draftMessage(task, input, { ...said, source });
      const message = await prepareMessage(draft, claimChecks);
      if (transaction) await outbox.add(transaction, [message]);
      else await sqs.send(new SendMessageCommand({ QueueUrl: queueUrl, ...sqsFields(message) }));
      return message.runId;
    },
    sendBatch: createBatchSender({ config, sqs, claimChecks, outbox }),
    sendAt: later.sendAt,
    transaction: (database, work) => inTransaction(database, work, outbox.sendLeft),
    createUpload: (request) => createUpload({ s3, bucket: quarantine(), source }, request),
    runIdOfUpload: (task, file) => runIdOfUpload(task, { bucket: quarantine(), ...file }),
    status,
    forget: async (whom) => {
      if ('runId' in whom) checkedRunId(whom.runId);
      const forgotten = await withLedger(databaseUrl, (ledger) =>
        forget(whom, { ledger, client, queues: config.queues }),
      );
      if ('runId' in whom) await later.withdraw(whom.runId);
      return forgotten;
    },
    watch: (runId, { signal = new AbortController().signal } = {}) =>
      watchRun(runs, { runId: checkedRunId(runId), signal }),
    readReply: (body) => readReply(body, claimChecks),
    download: async (runId, options) => presignDownload(s3, await status(runId), options),
    cancel: async (runId) => {
      const outcome = await withLedger(databaseUrl, (ledger) => ledger.cancel(checkedRunId(runId)));
      if (outcome === 'cancelled') await later.withdraw(runId);
      return outcome;
    },
  };
  return client;
}
