import type { SQSClient } from '@aws-sdk/client-sqs';
import type { OpenTransaction } from '../ledger/outbox.ts';
import type { ClaimCheckStore } from '../messages/claim-check.ts';
import { InvalidInput } from '../messages/write-message.ts';
import type { Task, TaskInput } from '../tasks/define-task.ts';
import type { Outbox } from './outbox.ts';
import { type DraftMessage, draftMessage, prepareMessage } from './prepare-message.ts';
import { queueMessages } from './queue-messages.ts';
import type { BatchOptions, BatchResult } from './send-options.ts';
import type { TaskClient } from './task-client.ts';
import { queueOf, type TaskClientConfig } from './task-client-config.ts';

/** So many messages are under way at once, which is ten requests to SQS. */
const portion = 100;
/** A text that names more problems is not read by anybody. */
const mostProblems = 20;

/** What a batch is sent with. */
export interface BatchParts {
  config: TaskClientConfig;
  sqs: SQSClient;
  claimChecks: ClaimCheckStore;
  outbox: Outbox;
}

/** Makes the client's `sendBatch`: every input is checked before anything is sent. */
export function createBatchSender(parts: BatchParts): TaskClient['sendBatch'] {
  return async (task, inputs, options = {}) => {
    const { transaction, ...said } = options;
    const queueUrl = queueOf(parts.config, task.name);
    const drafts = draftMessages(task, inputs, { ...said, source: parts.config.source });
    const results: BatchResult[] = [];
    for (let start = 0; start < drafts.length; start += portion) {
      const slice = drafts.slice(start, start + portion);
      results.push(
        ...(transaction
          ? await addPortion(slice, transaction, parts)
          : await sendPortion(slice, queueUrl, parts)),
      );
    }
    return results;
  };
}

/** Checks every message. Throws InvalidInput that names each one that cannot be sent by its index, with its reasons. */
export function draftMessages<T extends Task>(
  task: T,
  inputs: readonly TaskInput<T>[],
  { each, ...shared }: Omit<BatchOptions<T>, 'transaction'> & { source: string },
): DraftMessage[] {
  const problems: string[] = [];
  const drafts = inputs.flatMap((input, index) => {
    try {
      return [draftMessage(task, input, { ...shared, ...each?.(input, index) })];
    } catch (error) {
      if (!(error instanceof InvalidInput || error instanceof RangeError)) throw error;
      problems.push(`[${index}] ${error.message}`);
      return [];
    }
  });
  if (problems.length === 0) return drafts;
  const more = problems.length > mostProblems ? [`and ${problems.length - mostProblems} more`] : [];
  throw new InvalidInput(
    `Nothing was sent, since ${problems.length} of ${inputs.length} messages cannot be: ` +
      [...problems.slice(0, mostProblems), ...more].join('; '),
  );
}

/** All or nothing: in a transaction a message that cannot be written fails the whole. */
async function addPortion(
  drafts: readonly DraftMessage[],
  transaction: OpenTransaction,
  { claimChecks, outbox }: BatchParts,
): Promise<BatchResult[]> {
  const messages = await Promise.all(drafts.map((draft) => prepareMessage(draft, claimChecks)));
  await outbox.add(transaction, messages);
  return messages.map(({ runId }) => ({ runId }));
}

async function sendPortion(
  drafts: readonly DraftMessage[],
  queueUrl: string,
  { sqs, claimChecks }: BatchParts,
): Promise<BatchResult[]> {
  // A claim check that cannot be stored keeps one message back, not the others.
  const prepared = await Promise.allSettled(drafts.map((draft) => prepareMessage(draft, claimChecks)));
  const ready = prepared.flatMap((one) => (one.status === 'fulfilled' ? [{ ...one.value, queueUrl }] : []));
  const answers = await queueMessages(sqs, ready);
  return drafts.map(({ runId }, index) => {
    const one = prepared[index];
    const error = one?.status === 'rejected' ? errorOf(one.reason) : answers.shift();
    return error ? { runId, error } : { runId };
  });
}

function errorOf(thrown: unknown): Error {
  return thrown instanceof Error ? thrown : new Error(String(thrown));
}
