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
export function leaveOn({ stop, log }: { stop(): Promise<void>; log: Logger }): void {
  let isLeaving = false;

  const leave = (exitCode: number) => {
    process.exitCode = Math.max(Number(process.exitCode ?? 0), exitCode);
    if (isLeaving) return;
    isLeaving = true;
    stop()
      .catch((error) => {
        log.fatal({ err: error }, 'could not drain');
        process.exitCode = 1;
      })
      .finally(() => {
        log.info('leaving');
        process.exit();
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
