import type { Message } from '@aws-sdk/client-sqs';
import type { Logger } from 'pino';
import { backoffSeconds, pause } from './backoff.ts';
import { type Delivery, deliveryOf, type TaskQueue } from './delivery.ts';
import type { Gate } from './gate.ts';
import type { Slots } from './slots.ts';
import type { SqsCalls } from './sqs-calls.ts';
import type { Timings } from './timings.ts';
import type { LoopWatch, WatchedLoop } from './watch-loops.ts';

/** What receiving needs. */
export interface ReceiveOptions {
  queues: readonly TaskQueue[];
  slots: Slots;
  gate: Pick<Gate, 'isOpen' | 'opened'>;
  /** How many messages of a task may be asked for at once. */
  mostAtOnce(task: string): number;
  /** Used for nothing else: a connection that waits in a long poll must not keep a delete waiting. */
  sqs: Pick<SqsCalls, 'receive'>;
  /** Takes a message; its slot is free again when the promise settles, which must not reject. */
  onDelivery(delivery: Delivery): Promise<void>;
  timings: Pick<Timings, 'leaseSeconds' | 'longPollSeconds' | 'longestBackoffSeconds' | 'stallSeconds'>;
  loops: Pick<LoopWatch, 'loop'>;
  log: Logger;
}

/** A queue that is asked for messages, and the watch on that. */
interface Polled {
  queue: TaskQueue;
  loop: WatchedLoop;
}

/** The pollers at work. */
export interface Receiving {
  /** Fulfilled when every queue that is open has been asked once. */
  askedAll: Promise<unknown>;
  /** Asks for nothing more and answers when the last poll has landed: an aborted one may still take messages. */
  stop(): Promise<void>;
}

/** SQS answers 10 messages a request at most. */
const mostMessages = 10;

/**
 * Takes messages from every queue as slots come free. Each queue has one poller. While there is nothing it waits in a
 * long poll with a single slot, so that an empty queue keeps no slots from the others; as messages come it asks for more
 * at once, and is joined by more pollers while receives come back full and slots are left.
 */
export function receive(options: ReceiveOptions): Receiving {
  const { queues, slots, gate, onDelivery, timings, log } = options;
  const stopping = new AbortController();
  const pollers = new Set<Promise<void>>();

  const startPoller = (polled: Polled, role: 'steady' | 'joining', onAsked = () => {}) => {
    const poller = poll(polled, role, onAsked).finally(() => pollers.delete(poller));
    pollers.add(poller);
  };

  const poll = async (polled: Polled, role: 'steady' | 'joining', onAsked: () => void) => {
    const { queue, loop } = polled;
    const { name } = queue.task;
    let most = role === 'steady' ? 1 : mostMessages;
    let failures = 0;
    while (!stopping.signal.aborted) {
      await gate.opened(name, stopping.signal);
      const asked = await slots.take(name, Math.min(most, options.mostAtOnce(name)), stopping.signal);
      if (asked === 0) return;
      const waitSeconds = most === 1 ? timings.longPollSeconds : busyWaitSeconds;
      const request = () => ask(queue, asked, waitSeconds);
      // The gate may have closed while the slots were waited for.
      const messages = gate.isOpen(name) ? await loop.step(request) : [];
      const received = messages?.length ?? 0;
      slots.release(name, asked - received);
      for (const message of messages ?? []) {
        void onDelivery(deliveryOf(queue, message, log)).finally(() => slots.release(name, 1));
      }
      onAsked();
      failures = messages === undefined ? failures + 1 : 0;
      if (failures > 0) await pause(errorPauseSeconds(failures, timings), stopping.signal);

      const isFull = received === asked;
      if (received === mostMessages && slots.free(name) > 0) startPoller(polled, 'joining');
      if (!isFull && role === 'joining') return;
      most = nextMost(most, { asked, received });
    }
  };

  /** Undefined if SQS could not be asked. */
  const ask = async (queue: TaskQueue, most: number, waitSeconds: number): Promise<Message[] | undefined> => {
    try {
      return await options.sqs.receive({
        queueUrl: queue.url,
        mostMessages: most,
        waitSeconds,
        visibilitySeconds: timings.leaseSeconds,
      });
    } catch (error) {
      log.warn({ task: queue.task.name, err: error }, 'could not receive; trying again');
      return undefined;
    }
  };

  const watched = ({ task: { name } }: TaskQueue) =>
    options.loops.loop(`receiving ${name}`, {
      limitSeconds: timings.stallSeconds,
      mayRest: () => stopping.signal.aborted || !gate.isOpen(name) || slots.free(name) === 0,
    });

  const first = queues.map(
    (queue) =>
      new Promise<void>((asked) => {
        if (!gate.isOpen(queue.task.name)) asked();
        startPoller({ queue, loop: watched(queue) }, 'steady', asked);
      }),
  );
  return {
    askedAll: Promise.all(first),
    stop: async () => {
      stopping.abort();
      while (pollers.size > 0) await Promise.all(pollers);
    },
  };
}

/** A poll for more than one message holds slots that others may want: it must not wait long. */
const busyWaitSeconds = 1;

/**
 * How many messages to ask for next: twice as many after a full receive, and after others half the way down to what
 * came. A receive that brings less than there is, as SQS's may, changes little; an empty one says that nothing is left.
 */
function nextMost(most: number, { asked, received }: { asked: number; received: number }): number {
  if (received === 0) return 1;
  if (received === asked) return Math.min(mostMessages, Math.max(most, 2 * asked));
  return Math.ceil((most + received) / 2);
}

function errorPauseSeconds(
  failures: number,
  { longestBackoffSeconds }: Pick<Timings, 'longestBackoffSeconds'>,
) {
  return backoffSeconds(
    { firstDelaySeconds: 1, factor: 2, maxDelaySeconds: longestBackoffSeconds },
    failures,
  );
}
