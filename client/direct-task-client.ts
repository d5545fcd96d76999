import type { Pool } from 'pg';
import type { DirectHandler } from './in-memory/direct-attempts.ts';
import type { DirectLog } from './in-memory/direct-context.ts';
import { createDirectRuns } from './in-memory/direct-runs.ts';
import { createInMemoryClient } from './in-memory/in-memory-client.ts';
import type { TaskClient } from './task-client.ts';

/** What direct mode works with. */
export interface DirectTaskClientOptions {
  /** Of every task that is sent, also by handlers: what `tasks/<task>/handler.ts` exports. */
  handlers: readonly DirectHandler[];
  /** What these handlers use of their services. Default: none, and the first use says so. */
  services?: object;
  /** For handlers that use transactions; it needs no ledger. Default: none, and the first query says so. */
  database?: Pool;
  /** Default: nobody reads what handlers log. */
  log?: DirectLog;
  /** Default `/direct`. */
  source?: string;
}

/**
 * Makes a client that calls handlers itself: no queue, no AWS, no ledger. `send` checks the input, sends it through
 * JSON, and returns when the handler, its retries and everything that follows from them have ended; no delay is waited
 * for, and no deadline kept. What became of it tells `status`: like the real one, `send` does not throw for a handler.
 */
export function createDirectTaskClient(options: DirectTaskClientOptions): TaskClient {
  const { handlers, services = noServices, database, log = noLog, source = '/direct' } = options;
  return createInMemoryClient({ source, runs: createDirectRuns({ handlers, services, database, log }) });
}

const noServices = new Proxy(
  {},
  {
    get: (_none, name) => {
      throw new Error(`This handler uses services.${String(name)}: pass services to createDirectTaskClient`);
    },
  },
);

const ignore = () => undefined;
const noLog: DirectLog = {
  trace: ignore,
  debug: ignore,
  info: ignore,
  warn: ignore,
  error: ignore,
  fatal: ignore,
  child: () => noLog,
};
