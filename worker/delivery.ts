import { AsyncLocalStorage } from 'node:async_hooks';
import type { Message, MessageAttributeValue } from '@aws-sdk/client-sqs';
import type { Logger } from 'pino';
import type { Lease } from '../ledger/ledger.ts';
import type { Task } from '../tasks/define-task.ts';
import { limits } from '../tasks/limits.ts';
import type { WorkerQueues } from '../tasks/names.ts';
import { createRedactor, type Redactor } from '../tasks/redactor.ts';
import { redactedChild } from './redacted-log.ts';

/** A task with the queues its messages come from and go to. */
export type TaskQueue = WorkerQueues[string] & { task: Task };

/** A message in this worker's hands, from its receipt until its delete is confirmed or it is let go. */
export interface Delivery {
  readonly queue: TaskQueue;
  readonly messageId: string;
  readonly receiptHandle: string;
  body: string;
  attributes: Record<string, MessageAttributeValue>;
  readonly group: string | undefined;
  readonly sentAt: Date;
  readonly firstSeenAt: Date;
  /** Milliseconds since 1970. */
  readonly receivedAt: number;
  /** Its reason says why the attempt has to end before its handler does. */
  readonly abort: AbortController;
  readonly workerLog: Logger;
  /** What `log` says of every line. */
  names: Record<string, unknown>;
  /** Names the task, and the run as soon as it is known, on every line; says nothing that `redactor` has learned. */
  log: Logger;
  /** Knows what of the message, and of what comes of it, is sensitive. */
  readonly redactor: Redactor;
  /** The right to its run, while it is to be renewed. */
  lease?: Lease;
  /** When its handler began, in milliseconds since 1970. */
  workingSince?: number;
}

/** Which delivery the running code works for: an error outside every promise is laid at its door. */
export const currentDelivery = new AsyncLocalStorage<Delivery>();

/** Takes a received message into the worker's hands. */
export function deliveryOf(queue: TaskQueue, message: Message, log: Logger): Delivery {
  const receivedAt = Date.now();
  const redactor = createRedactor();
  const names = { task: queue.task.name, messageId: message.MessageId };
  return {
    queue,
    messageId: message.MessageId ?? '',
    receiptHandle: message.ReceiptHandle ?? '',
    body: message.Body ?? '',
    attributes: message.MessageAttributes ?? {},
    group: message.Attributes?.MessageGroupId,
    sentAt: new Date(Number(message.Attributes?.SentTimestamp ?? receivedAt)),
    firstSeenAt: new Date(Number(message.Attributes?.ApproximateFirstReceiveTimestamp ?? receivedAt)),
    receivedAt,
    abort: new AbortController(),
    workerLog: log,
    names,
    log: redactedChild(log, names, redactor),
    redactor,
  };
}

/** Says these names too on every further line of the delivery. */
export function nameOnLines(delivery: Delivery, names: Record<string, unknown>): void {
  delivery.names = { ...delivery.names, ...names };
  // Not the child of a child: that costs ten times as much, with every message.
  delivery.log = redactedChild(delivery.workerLog, delivery.names, delivery.redactor);
}

/** SQS counts from when it handed the message out, a little earlier than this worker learned of it. */
const receiptLagSeconds = 5;

/**
 * The visibility timeout nearest to what is wished that SQS still grants: whole seconds, and no more than 12 hours
 * from the message's receipt on, however often it is extended.
 */
export function grantedVisibility(delivery: Delivery, wishedSeconds: number): number {
  const elapsedSeconds = Math.ceil((Date.now() - delivery.receivedAt) / 1000) + receiptLagSeconds;
  return Math.max(0, Math.min(Math.ceil(wishedSeconds), limits.visibilitySeconds - elapsedSeconds));
}

/** Whether SQS forgets the message before so many seconds are over and another worker can have seen it. */
export function isForgottenWithin({ sentAt }: Delivery, seconds: number): boolean {
  const forgottenAt = sentAt.getTime() + limits.queueRetentionSeconds * 1000;
  return Date.now() + (seconds + limits.leaseSeconds) * 1000 > forgottenAt;
}
