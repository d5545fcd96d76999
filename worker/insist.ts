import type { Logger } from 'pino';
import { backoffSeconds, pause } from './backoff.ts';
import { isRefusedData } from './ledger-watch.ts';
import { SendRefused } from './send-message.ts';

/** How an action is insisted on. */
export interface Insistence {
  /** What is tried, for the log. */
  what: string;
  log: Logger;
  longestBackoffSeconds: number;
  /** Aborted when the worker has no more time: then the last error is thrown. */
  signal: AbortSignal;
}

/** Repeats what must not be lost until it succeeds. Throws at once what no later try can change. */
export async function insist<Value>(action: () => Promise<Value>, how: Insistence): Promise<Value> {
  const backoff = { firstDelaySeconds: 0.5, factor: 2, maxDelaySeconds: how.longestBackoffSeconds };
  for (let failures = 1; ; failures += 1) {
    try {
      return await action();
    } catch (error) {
      if (how.signal.aborted || isRefusedData(error) || error instanceof SendRefused) throw error;
      how.log.warn({ err: error, failures }, `${how.what} failed; trying again`);
      await pause(backoffSeconds(backoff, failures), how.signal);
    }
  }
}
