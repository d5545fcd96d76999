import { backoffSeconds, pause } from './backoff.ts';
import type { Delivery, TaskQueue } from './delivery.ts';
import type { Refused } from './sqs-calls.ts';
import type { WatchedLoop } from './watch-loops.ts';

/** What a batch consists of. */
export interface BatchEntry {
  delivery: Delivery;
}

/** How calls are batched. */
export interface BatchOptions<Entry extends BatchEntry> {
  /** One request for at most 10 messages of a queue; answers what was refused, by its place. */
  send(queue: TaskQueue, entries: readonly Entry[]): Promise<Map<number, Refused>>;
  /** How often an entry is tried in all. */
  mostTries: number;
  /** What is logged of an entry that was given up. */
  onGivenUp: string;
  loop: WatchedLoop;
  longestBackoffSeconds: number;
}

/** Calls for single messages that go out together. */
export interface BatchedCalls<Entry extends BatchEntry> {
  /** Fulfilled when SQS has done it, or it was given up. */
  add(entry: Entry): Promise<void>;
  /** Sends what waits and answers when all is done or given up. */
  flush(): Promise<void>;
}

const batchSize = 10;
const longestWaitMs = 20;

interface Gathered<Entry> {
  entries: { entry: Entry; done(): void }[];
  timer: NodeJS.Timeout;
}

/**
 * Gathers calls by queue: a batch goes when it has 10 messages or after 20 ms. What fails, a batch or a part of it, is
 * tried again after a pause, but for what SQS will never take.
 */
export function batchCalls<Entry extends BatchEntry>(options: BatchOptions<Entry>): BatchedCalls<Entry> {
  const { mostTries, onGivenUp, loop, longestBackoffSeconds } = options;
  const gathering = new Map<TaskQueue, Gathered<Entry>>();
  const underWay = new Set<Promise<void>>();

  const send = (queue: TaskQueue) => {
    const batch = gathering.get(queue);
    if (!batch) return;
    gathering.delete(queue);
    clearTimeout(batch.timer);
    const sending = sendAll(queue, batch.entries).finally(() => underWay.delete(sending));
    underWay.add(sending);
  };

  const sendAll = async (queue: TaskQueue, batch: Gathered<Entry>['entries']) => {
    let remaining = batch;
    for (let tries = 1; remaining.length > 0; tries += 1) {
      const refused = await trySend(queue, remaining);
      const again: typeof remaining = [];
      for (const [index, one] of remaining.entries()) {
        const reason = refused.get(index);
        if (reason && reason.SenderFault !== true && tries < mostTries) {
          again.push(one);
          continue;
        }
        if (reason) {
          one.entry.delivery.log.warn({ code: reason.Code, reason: reason.Message }, onGivenUp);
        }
        one.done();
      }
      remaining = again;
      if (remaining.length === 0) return;
      await pause(
        backoffSeconds({ firstDelaySeconds: 0.2, factor: 3, maxDelaySeconds: longestBackoffSeconds }, tries),
      );
    }
  };

  const trySend = async (queue: TaskQueue, batch: Gathered<Entry>['entries']) => {
    try {
      return await loop.step(() =>
        options.send(
          queue,
          batch.map(({ entry }) => entry),
        ),
      );
    } catch (error) {
      const failed: Refused = { SenderFault: false, Code: (error as Error).name, Message: String(error) };
      return new Map(batch.map((_, index) => [index, failed]));
    }
  };

  return {
    add: (entry) =>
      new Promise((done) => {
        const { queue } = entry.delivery;
        const batch = gathering.get(queue) ?? {
          entries: [],
          timer: setTimeout(() => send(queue), longestWaitMs),
        };
        gathering.set(queue, batch);
        batch.entries.push({ entry, done });
        if (batch.entries.length === batchSize) send(queue);
      }),
    flush: async () => {
      for (const queue of [...gathering.keys()]) send(queue);
      while (underWay.size > 0) await Promise.all(underWay);
    },
  };
}
