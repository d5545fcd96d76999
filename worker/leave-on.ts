import type { Logger } from 'pino';
import { currentDelivery } from './attempt.ts';

/** A handler's code failed outside every promise that it returned. */
export class StrayError extends Error {
  override readonly name = 'StrayError';
}

/**
 * Drains and leaves: on SIGTERM and SIGINT with exit code 0, and with 1 on an error that nobody caught, for after that
 * nobody knows what else is broken. Such an error fails the attempt whose code it came from.
 */
export function leaveOn(options: {
  stop(): Promise<void>;
  log: Logger;
  /** Default: this process. */
  process?: Pick<NodeJS.Process, 'on' | 'exit'>;
}): void {
  const { stop, log, process = globalThis.process } = options;
  let exitCode = 0;
  let isLeaving = false;

  const leave = (atLeast: number) => {
    exitCode = Math.max(exitCode, atLeast);
    if (isLeaving) return;
    isLeaving = true;
    stop()
      .catch((error) => {
        exitCode = 1;
        log.fatal({ err: error }, 'could not drain');
      })
      .finally(() => {
        log.info({ exitCode }, 'leaving');
        process.exit(exitCode);
      });
  };

  const stray = (error: unknown) => {
    const delivery = currentDelivery.getStore();
    const blamed = new StrayError(`an error outside the handler's promise: ${String(error)}`, {
      cause: error,
    });
    (delivery?.log ?? log).fatal({ err: blamed }, 'uncaught error: draining');
    delivery?.abort.abort(blamed);
    leave(1);
  };

  for (const signal of ['SIGTERM', 'SIGINT'] as const) {
    process.on(signal, () => {
      log.info({ signal }, 'draining');
      leave(0);
    });
  }
  process.on('uncaughtException', stray);
  process.on('unhandledRejection', stray);
}
