import type { Logger } from 'pino';
import { pause } from './backoff.ts';
import type { KeepAlive } from './keep-alive.ts';
import type { Receiving } from './receive.ts';
import type { SettlingCalls } from './settling-calls.ts';

/** What draining needs. */
export interface DrainParts {
  receiving: Receiving;
  keepAlive: KeepAlive;
  calls: Pick<SettlingCalls, 'flush'>;
  /** Deliveries that are being handled. */
  handling: ReadonlySet<Promise<void>>;
  /** Why what does not end within the grace has to. */
  reason: Error;
  /** Ends what is insisted on. */
  leaving: AbortController;
  /** For what is in progress to end by itself. */
  graceSeconds: number;
  /** For the rest to be handed back after that. */
  handBackSeconds: number;
  log: Logger;
}

/**
 * Empties the worker: nothing more is received, what the last polls brought is handed back, what ends within the grace
 * is finished, the rest is aborted and handed back, deletes are confirmed. Nothing is lost, and nothing stays hidden
 * longer than its work needed.
 */
export async function drain(parts: DrainParts): Promise<void> {
  const { receiving, keepAlive, calls, handling, reason, leaving, graceSeconds, handBackSeconds, log } =
    parts;
  const emptied = receiving.stop().then(() => settledAll(handling));

  await within(graceSeconds, emptied);
  if (keepAlive.deliveries.size > 0) {
    log.info({ attempts: keepAlive.deliveries.size }, 'handing back what is not done');
    for (const { abort } of keepAlive.deliveries) abort.abort(reason);
    await within(handBackSeconds, emptied);
  }
  leaving.abort();
  await within(1, emptied);
  await within(handBackSeconds, calls.flush());
}

async function settledAll(handling: ReadonlySet<Promise<void>>): Promise<void> {
  while (handling.size > 0) await Promise.allSettled(handling);
}

async function within(seconds: number, work: Promise<unknown>): Promise<void> {
  const done = new AbortController();
  await Promise.race([work.finally(() => done.abort()), pause(seconds, done.signal)]);
}
