import type { Logger } from 'pino';
import { LedgerUnreachable } from '../ledger/ledger.ts';
import { backoffSeconds, pause } from './backoff.ts';

/** Repeats an action while the ledger is out of reach, for so long. Throws its last error, and any other at once. */
export async function outlast<Value>(
  action: () => Promise<Value>,
  how: { seconds: number; longestBackoffSeconds: number; log: Logger },
): Promise<Value> {
  const backoff = { firstDelaySeconds: 0.5, factor: 2, maxDelaySeconds: how.longestBackoffSeconds };
  const over = AbortSignal.timeout(how.seconds * 1000);
  for (let failures = 1; ; failures += 1) {
    try {
      return await action();
    } catch (error) {
      if (over.aborted || !(error instanceof LedgerUnreachable)) throw error;
      how.log.warn({ err: error, failures }, 'the ledger is out of reach at the start; trying again');
      await pause(backoffSeconds(backoff, failures), over);
    }
  }
}
