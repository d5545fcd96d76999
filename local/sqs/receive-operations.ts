import type { Operation } from '../json-protocol.ts';
import { checkBatch, runBatch } from './batch.ts';
import type { Queue } from './queue.ts';
import type { Queues } from './queues.ts';
import { parseReceiptHandle } from './receipt-handle.ts';
import { checkWantedAttributes, formatReceived } from './received-message.ts';
import { sqsErrors } from './sqs-errors.ts';

const longestVisibilitySeconds = 43_200;
const mostInFlight = 120_000;

interface ReceiveInput {
  QueueUrl: string;
  MaxNumberOfMessages?: number;
  VisibilityTimeout?: number;
  WaitTimeSeconds?: number;
  AttributeNames?: string[];
  MessageSystemAttributeNames?: string[];
  MessageAttributeNames?: string[];
}

interface HandleInput {
  Id: string;
  ReceiptHandle: string;
  VisibilityTimeout?: number;
}

/** Operations that take messages from a queue and settle them. */
export function receiveOperations(queues: Queues): Record<string, Operation> {
  return {
    ReceiveMessage: (input: ReceiveInput, signal) => receive(queues, input, signal),
    DeleteMessage: (input) => deleteMessage(queues.byUrl(input.QueueUrl), input),
    DeleteMessageBatch: ({ QueueUrl, Entries }) => {
      const queue = queues.byUrl(QueueUrl);
      return runBatch(checkBatch<HandleInput>(Entries), (entry) => deleteMessage(queue, entry));
    },
    ChangeMessageVisibility: (input) => changeVisibility(queues.byUrl(input.QueueUrl), input),
    ChangeMessageVisibilityBatch: ({ QueueUrl, Entries }) => {
      const queue = queues.byUrl(QueueUrl);
      return runBatch(checkBatch<HandleInput>(Entries), (entry) => changeVisibility(queue, entry));
    },
  };
}

async function receive(queues: Queues, input: ReceiveInput, signal: AbortSignal): Promise<object> {
  const queue = queues.byUrl(input.QueueUrl);
  const limit = within('MaxNumberOfMessages', input.MaxNumberOfMessages ?? 1, [1, 10]);
  const visibilitySeconds = within(
    'VisibilityTimeout',
    input.VisibilityTimeout ?? queue.number('VisibilityTimeout'),
    [0, longestVisibilitySeconds],
  );
  const waitSeconds = within(
    'WaitTimeSeconds',
    input.WaitTimeSeconds ?? queue.number('ReceiveMessageWaitTimeSeconds'),
    [0, 20],
  );
  const wanted = {
    system: [...(input.MessageSystemAttributeNames ?? []), ...(input.AttributeNames ?? [])],
    message: input.MessageAttributeNames ?? [],
  };
  checkWantedAttributes(wanted);
  if (queue.messages.counts(Date.now()).inFlight >= mostInFlight) {
    throw sqsErrors.overLimit(`Too many messages in flight, at most ${mostInFlight} for a queue.`);
  }
  // Written at once: the next receipt changes the same message.
  const take = () =>
    queue
      .receive({ limit, visibilitySeconds, deadLetters: (arn) => queues.byArn(arn) })
      .map((message) => formatReceived(queue.name, message, wanted));
  let messages = signal.aborted ? [] : take();
  if (messages.length === 0 && waitSeconds > 0) {
    messages = await queue.waiting.wait({ take, milliseconds: waitSeconds * 1000, signal });
  }
  return messages.length > 0 ? { Messages: messages } : {};
}

/** A handle from before the latest receipt deletes nothing and is no error: SQS promises no more. */
function deleteMessage(queue: Queue, input: Pick<HandleInput, 'ReceiptHandle'>): undefined {
  const { messageId, receiveCount } = receiptOf(queue, input);
  if (queue.messages.get(messageId)?.receiveCount === receiveCount) queue.messages.remove(messageId);
}

/**
 * Takes any handle of a message that is in flight, also one from an earlier receipt, as AWS was seen to do: who lost
 * its message can still disturb who has it now.
 */
function changeVisibility(queue: Queue, input: Omit<HandleInput, 'Id'>): undefined {
  const { messageId } = receiptOf(queue, input);
  if (input.VisibilityTimeout === undefined) throw sqsErrors.missingParameter('VisibilityTimeout');
  const seconds = within('VisibilityTimeout', input.VisibilityTimeout, [0, longestVisibilitySeconds]);
  const now = Date.now();
  const state = queue.messages.state(messageId, now);
  const message = queue.messages.get(messageId);
  if (!message) {
    throw sqsErrors.invalidValue(
      'ReceiptHandle',
      input.ReceiptHandle,
      'Message does not exist or is not available for visibility timeout change',
    );
  }
  if (state !== 'in-flight') throw sqsErrors.messageNotInflight();
  const visibleAt = now + seconds * 1000;
  if (visibleAt > (message.receivedAt ?? now) + longestVisibilitySeconds * 1000) {
    throw sqsErrors.invalidValue(
      'VisibilityTimeout',
      seconds,
      `Total VisibilityTimeout for the message is beyond the limit [${longestVisibilitySeconds} seconds]`,
    );
  }
  queue.messages.showAt(message, visibleAt, now);
  queue.waiting.wake();
}

function receiptOf(queue: Queue, { ReceiptHandle }: Pick<HandleInput, 'ReceiptHandle'>) {
  if (!ReceiptHandle) throw sqsErrors.missingParameter('ReceiptHandle');
  return parseReceiptHandle(queue.name, ReceiptHandle);
}

function within(parameter: string, value: number, [least, most]: [number, number]): number {
  if (Number.isInteger(value) && value >= least && value <= most) return value;
  throw sqsErrors.invalidValue(parameter, value, `Must be between ${least} and ${most}, if provided`);
}
