import { type BatchResultErrorEntry, DeleteMessageBatchCommand, type SQSClient } from '@aws-sdk/client-sqs';
import type { Logger } from 'pino';
import { backoffSeconds, pause } from './backoff.ts';
import type { Delivery, TaskQueue } from './delivery.ts';
import type { WatchedLoop } from './watch-loops.ts';

/** What deleting needs. */
export interface DeleteOptions {
  sqs: SQSClient;
  loop: WatchedLoop;
  log: Logger;
  /** The message is gone, or its delete was given up: then it comes again and is acknowledged again. */
  onDeleted(delivery: Delivery): void;
  longestBackoffSeconds: number;
}

/** Deletes of a queue's messages, up to 10 in one request. */
export interface DeleteBatches {
  add(delivery: Delivery): void;
  /** Sends what waits and answers when every delete is confirmed or given up. */
  flush(): Promise<void>;
}

const batchSize = 10;
const longestWaitMs = 20;
const mostTries = 6;

/** Gathers deletes: a batch goes when it has 10 messages or after 20 ms. What fails in a batch is tried again. */
export function createDeleteBatches({
  sqs,
  loop,
  log,
  onDeleted,
  longestBackoffSeconds,
}: DeleteOptions): DeleteBatches {
  const gathering = new Map<TaskQueue, { deliveries: Delivery[]; timer: NodeJS.Timeout }>();
  const underWay = new Set<Promise<void>>();

  const send = (queue: TaskQueue) => {
    const batch = gathering.get(queue);
    if (!batch) return;
    gathering.delete(queue);
    clearTimeout(batch.timer);
    const deleting = deleteAll(queue, batch.deliveries).finally(() => underWay.delete(deleting));
    underWay.add(deleting);
  };

  const deleteAll = async (queue: TaskQueue, batch: Delivery[]) => {
    let remaining = batch;
    for (let tries = 1; remaining.length > 0; tries += 1) {
      const failed = await tryDelete(queue, remaining);
      for (const delivery of remaining) if (!failed.has(delivery)) onDeleted(delivery);
      remaining = [...failed.keys()].filter((delivery) => failed.get(delivery)?.SenderFault !== true);
      const hopeless =
        tries === mostTries ? [...failed.keys()] : [...failed.keys()].filter((d) => !remaining.includes(d));
      for (const delivery of hopeless) {
        const { Code: code, Message: reason } = failed.get(delivery) ?? {};
        log.warn(
          { messageId: delivery.messageId, code, reason },
          'could not delete a message; it will come again',
        );
        onDeleted(delivery);
      }
      if (tries === mostTries || remaining.length === 0) return;
      await pause(
        backoffSeconds({ firstDelaySeconds: 0.2, factor: 3, maxDelaySeconds: longestBackoffSeconds }, tries),
      );
    }
  };

  const tryDelete = async (queue: TaskQueue, batch: Delivery[]) => {
    const failed = new Map<Delivery, Partial<BatchResultErrorEntry>>();
    const fail = (delivery: Delivery | undefined, error: Partial<BatchResultErrorEntry>) =>
      delivery && failed.set(delivery, error);
    const Entries = batch.map(({ receiptHandle }, index) => ({
      Id: String(index),
      ReceiptHandle: receiptHandle,
    }));
    try {
      const request = new DeleteMessageBatchCommand({ QueueUrl: queue.url, Entries });
      const answer = await loop.step(() => sqs.send(request));
      for (const error of answer.Failed ?? []) fail(batch[Number(error.Id)], error);
    } catch (error) {
      for (const delivery of batch) fail(delivery, { Message: String(error) });
    }
    return failed;
  };

  return {
    add: (delivery) => {
      const { queue } = delivery;
      const batch = gathering.get(queue) ?? {
        deliveries: [],
        timer: setTimeout(() => send(queue), longestWaitMs),
      };
      gathering.set(queue, batch);
      batch.deliveries.push(delivery);
      if (batch.deliveries.length === batchSize) send(queue);
    },
    flush: async () => {
      for (const queue of [...gathering.keys()]) send(queue);
      while (underWay.size > 0) await Promise.all(underWay);
    },
  };
}
