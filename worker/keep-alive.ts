import type { Logger } from 'pino';
import { LeaseLost, type Ledger } from '../ledger/ledger.ts';
import { backoffSeconds, pause } from './backoff.ts';
import { type Delivery, grantedVisibility, type TaskQueue } from './delivery.ts';
import type { SqsCalls } from './sqs-calls.ts';
import type { Timings } from './timings.ts';
import type { LoopWatch, WatchedLoop } from './watch-loops.ts';

/** The run was cancelled while it was worked on. */
export class RunCancelled extends Error {
  override readonly name = 'RunCancelled';
}

/** What keeping alive needs. */
export interface KeepAliveOptions {
  ledger: Pick<Ledger, 'renew'>;
  sqs: Pick<SqsCalls, 'changeVisibilityBatch'>;
  timings: Pick<Timings, 'leaseSeconds' | 'renewEverySeconds' | 'stallSeconds'>;
  loops: Pick<LoopWatch, 'loop'>;
  log: Logger;
  /** Called when the last delivery has been let go. */
  onEmpty?(): void;
}

/** The one scheduler that renews leases and visibility of everything in the worker's hands. */
export interface KeepAlive {
  readonly deliveries: ReadonlySet<Delivery>;
  add(delivery: Delivery): void;
  /** Lets go; answers when no extension of the message is on its way that could overtake what is done with it next. */
  release(delivery: Delivery): Promise<void>;
  stop(): void;
}

const batchSize = 10;
/** Within a third of the lease, so that the next round is on time. */
const mostTries = 4;
const retryBackoff = { firstDelaySeconds: 0.5, factor: 3, maxDelaySeconds: 4 };

/**
 * Keeps messages hidden and leases standing from receipt until release. A lease that another claim has taken, and a
 * run that was cancelled, abort their delivery. While the ledger is out of reach the messages stay hidden, and the
 * attempts work on: they settle if their token still stands.
 */
export function startKeepAlive(options: KeepAliveOptions): KeepAlive {
  const { ledger, sqs, timings, log, onEmpty } = options;
  const deliveries = new Set<Delivery>();

  const renewLeases = async () => {
    const leased = [...deliveries].flatMap((delivery) =>
      delivery.lease ? [{ delivery, lease: delivery.lease }] : [],
    );
    if (leased.length === 0) return;
    const leases = leased.map(({ lease }) => lease);
    const renewals = await ledger.renew(leases, timings.leaseSeconds).catch((error) => {
      log.warn({ err: error }, 'could not renew leases; working on');
    });
    for (const { delivery, lease } of leased) {
      // An attempt that has been settled meanwhile gave up its lease itself.
      if (delivery.lease !== lease) continue;
      const renewal = renewals?.get(lease.runId);
      if (renewal === 'lost') delivery.abort.abort(new LeaseLost(`run ${lease.runId} has another holder`));
      if (renewal === 'cancelled') delivery.abort.abort(new RunCancelled(`run ${lease.runId} was cancelled`));
    }
  };

  /** Calls under way, by the messages that they extend. */
  const extending = new Map<Delivery, Promise<unknown>>();

  /** Answers what is to be tried again. */
  const extendBatch = async (queue: TaskQueue, batch: Delivery[]): Promise<Delivery[]> => {
    const call = sqs.changeVisibilityBatch(
      queue.url,
      batch.map((delivery) => ({
        receiptHandle: delivery.receiptHandle,
        seconds: grantedVisibility(delivery, timings.leaseSeconds),
      })),
    );
    const over = call.then(
      () => undefined,
      () => undefined,
    );
    for (const delivery of batch) extending.set(delivery, over);
    try {
      const refused = [...(await call)].flatMap(([index, reason]) => {
        const delivery = batch[index];
        return delivery ? [{ delivery, reason }] : [];
      });
      for (const { delivery, reason } of refused) {
        // One that is being deleted may be gone already.
        if (delivery.lease)
          delivery.log.warn({ code: reason.Code, reason: reason.Message }, 'could not keep a message hidden');
      }
      return refused.flatMap(({ delivery, reason }) => (reason.SenderFault === true ? [] : [delivery]));
    } catch (error) {
      log.warn({ err: error, task: queue.task.name }, 'could not keep messages hidden');
      return batch;
    } finally {
      for (const delivery of batch) extending.delete(delivery);
    }
  };

  const extendAll = async (all: readonly Delivery[]): Promise<Delivery[]> => {
    const extensible = all.filter(
      (delivery) => deliveries.has(delivery) && grantedVisibility(delivery, timings.leaseSeconds) > 0,
    );
    const batches = [...Map.groupBy(extensible, ({ queue }) => queue)].flatMap(([queue, some]) =>
      inBatches(some).map((batch) => extendBatch(queue, batch)),
    );
    return (await Promise.all(batches)).flat();
  };

  const extendVisibility = async () => {
    let remaining = await extendAll([...deliveries]);
    for (let tries = 1; remaining.length > 0 && tries < mostTries; tries += 1) {
      await pause(backoffSeconds(retryBackoff, tries));
      remaining = await extendAll(remaining);
    }
  };

  // The two run beside each other: a ledger that does not answer must not let messages reappear.
  const limits = { limitSeconds: timings.stallSeconds, mayRest: () => false };
  const renewal = oneAtATime(renewLeases, options.loops.loop('renewing leases', limits));
  const extension = oneAtATime(extendVisibility, options.loops.loop('extending visibility', limits));
  const timer = setInterval(() => {
    renewal.start();
    extension.start();
  }, timings.renewEverySeconds * 1000);

  return {
    deliveries,
    add: (delivery) => void deliveries.add(delivery),
    release: async (delivery) => {
      if (!deliveries.delete(delivery)) return;
      await extending.get(delivery);
      if (deliveries.size === 0) onEmpty?.();
    },
    stop: () => clearInterval(timer),
  };
}

/** Starts an action again only when it has ended. */
function oneAtATime(action: () => Promise<void>, loop: WatchedLoop) {
  let isRunning = false;
  return {
    start: () => {
      if (isRunning) return;
      isRunning = true;
      void loop.step(action).finally(() => {
        isRunning = false;
      });
    },
  };
}

function inBatches<Item>(items: readonly Item[]): Item[][] {
  return Array.from({ length: Math.ceil(items.length / batchSize) }, (_, index) =>
    items.slice(index * batchSize, (index + 1) * batchSize),
  );
}
