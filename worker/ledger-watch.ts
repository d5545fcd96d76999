import type { Logger } from 'pino';
import type { Ledger } from '../ledger/ledger.ts';
import { backoffSeconds, pause } from './backoff.ts';
import type { Gate } from './gate.ts';

/** Closes the gate while the ledger cannot be reached: then the queue is the buffer. */
export interface LedgerWatch {
  /** Tells of a failed call; receiving stops until the ledger answers again. */
  unreachable(error: unknown): void;
  /** Ends the probing. */
  stop(): void;
}

/** Watches the ledger by asking for a run that does not exist, until it answers. */
export function watchLedger(options: {
  ledger: Pick<Ledger, 'status'>;
  gate: Gate;
  longestBackoffSeconds: number;
  log: Logger;
}): LedgerWatch {
  const { ledger, gate, log, longestBackoffSeconds } = options;
  const stopping = new AbortController();
  let probing = false;

  const probe = async () => {
    for (let failures = 1; !stopping.signal.aborted; failures += 1) {
      await pause(
        backoffSeconds({ firstDelaySeconds: 1, factor: 2, maxDelaySeconds: longestBackoffSeconds }, failures),
        stopping.signal,
      );
      try {
        await ledger.status('00000000-0000-0000-0000-000000000000');
        log.info('the ledger answers again; receiving');
        return;
      } catch (error) {
        log.warn({ err: error }, 'the ledger is still out of reach');
      }
    }
  };

  return {
    unreachable: (error) => {
      if (probing) return;
      probing = true;
      gate.close('ledger');
      log.error({ err: error }, 'the ledger is out of reach; not receiving until it answers');
      void probe().then(() => {
        probing = false;
        gate.open('ledger');
      });
    },
    stop: () => stopping.abort(),
  };
}

/**
 * Whether Postgres answered that the data itself cannot be stored (SQLSTATE classes 22 data exception, 23 constraint,
 * 54 limit exceeded), so that no later try can help. Everything else is an outage of some kind.
 */
export function isRefusedData(error: unknown): boolean {
  const code = error instanceof Error && 'code' in error ? error.code : undefined;
  return typeof code === 'string' && /^(22|23|54)[0-9A-Z]{3}$/.test(code);
}
