import type { EventEmitter } from 'node:events';
import { S3Client } from '@aws-sdk/client-s3';
import type { Forgotten, RunStatus } from '../../ledger/ledger.ts';
import { UnreadableMessage } from '../../messages/envelope.ts';
import { readReply } from '../../messages/reply.ts';
import type { Task } from '../../tasks/define-task.ts';
import { draftMessages } from '../batch-sender.ts';
import { createUpload } from '../create-upload.ts';
import { presignDownload } from '../download.ts';
import type { Whom } from '../forget.ts';
import { inTransaction } from '../in-transaction.ts';
import { draftMessage } from '../prepare-message.ts';
import { checkedRunId, runIdOfUpload } from '../run-ids.ts';
import type { TaskClient } from '../task-client.ts';
import { type SentMessage, sentMessage } from './sent-message.ts';

/** What becomes of messages that no queue takes. */
export interface InMemoryRuns {
  /** Throws if nobody could work on the task. */
  checkTask(task: Task): void;
  accept(messages: readonly SentMessage[]): Promise<void>;
  status(runId: string): RunStatus;
  cancel(runId: string): 'cancelled' | 'already-ended';
  forget(whom: Whom): Forgotten;
  /** Emits a run's id at each change of its status. */
  changes: EventEmitter;
  /** Takes messages of a transaction that somebody else commits, which nobody here can see. */
  acceptUncommitted(messages: readonly SentMessage[]): Promise<void>;
}

/**
 * A client without AWS and without a ledger: it checks what the real one checks, and hands messages to `runs`. Forms and
 * links are made and signed like real ones, and lead nowhere.
 */
export function createInMemoryClient({ source, runs }: { source: string; runs: InMemoryRuns }): TaskClient {
  const s3 = new S3Client({
    endpoint: 'https://files.invalid',
    forcePathStyle: true,
    region: 'nowhere-1',
    credentials: { accessKeyId: 'nobody', secretAccessKey: 'nothing' },
  });
  const bucket = 'quarantine';
  const open = new WeakMap<object, SentMessage[]>();

  const take = async (messages: readonly SentMessage[], transaction?: object): Promise<void> => {
    const waiting = transaction && open.get(transaction);
    if (waiting) waiting.push(...messages);
    else if (transaction) await runs.acceptUncommitted(messages);
    else await runs.accept(messages);
  };

  return {
    send: async (task, input, { transaction, ...said } = {}) => {
      runs.checkTask(task);
      const message = sentMessage(task, draftMessage(task, input, { ...said, source }));
      await take([message], transaction);
      return message.runId;
    },
    sendBatch: async (task, inputs, { transaction, ...said } = {}) => {
      runs.checkTask(task);
      const drafts = draftMessages(task, inputs, { ...said, source });
      const messages = drafts.map((draft) => sentMessage(task, draft));
      await take(messages, transaction);
      return messages.map(({ runId }) => ({ runId }));
    },
    sendAt: async (task, input, when, said = {}) => {
      runs.checkTask(task);
      if (Number.isNaN(when.getTime())) throw new RangeError(`sendAt takes a valid Date, got ${when}`);
      const draft = draftMessage(task, input, { ...said, source, time: when });
      const message = { ...sentMessage(task, draft), at: when };
      await take([message]);
      return message.runId;
    },
    transaction: async (database, work) => {
      const messages: SentMessage[] = [];
      const value = await inTransaction(
        database,
        async (transaction) => {
          open.set(transaction, messages);
          return work(transaction).finally(() => open.delete(transaction));
        },
        async () => undefined,
      );
      await runs.accept(messages);
      return value;
    },
    createUpload: (request) => createUpload({ s3, bucket, source }, request),
    runIdOfUpload: (task, file) => runIdOfUpload(task, { bucket, ...file }),
    status: async (runId) => runs.status(checkedRunId(runId)),
    watch: (runId, { signal } = {}) => watch(runs, checkedRunId(runId), signal),
    download: async (runId, options) => presignDownload(s3, runs.status(checkedRunId(runId)), options),
    cancel: async (runId) => runs.cancel(checkedRunId(runId)),
    forget: async (whom) => {
      if ('runId' in whom) checkedRunId(whom.runId);
      return runs.forget(whom);
    },
    readReply: (body) => readReply(body, noClaimChecks),
  };
}

const noClaimChecks = {
  put: () => Promise.reject(new Error('Nothing in memory is too large')),
  get: (reference: string) =>
    Promise.reject(new UnreadableMessage(`${reference} lies in a bucket, and in memory there is none`)),
};

async function* watch(
  runs: InMemoryRuns,
  runId: string,
  signal: AbortSignal | undefined,
): AsyncGenerator<RunStatus, void> {
  while (!signal?.aborted) {
    const change = new Promise<void>((resolve) => {
      runs.changes.once(runId, resolve);
      signal?.addEventListener('abort', () => resolve(), { once: true });
    });
    const status = runs.status(runId);
    yield status;
    if (['done', 'dead', 'cancelled'].includes(status.state)) return;
    await change;
  }
}
