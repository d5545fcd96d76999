import type { Logger } from 'pino';
import { currentDelivery } from './delivery.ts';
import { WorkerBroken } from './outcome.ts';

/** A handler's code failed outside every promise that it returned, or wanted to end its worker. */
export class StrayError extends Error {
  override readonly name = 'StrayError';
}

/** What else can make a worker leave. */
export interface Leaving {
  /** Something is wrong with the process as a whole: drains and leaves with exit code 1. */
  broken(error: Error): void;
}

/**
 * Drains and leaves with exit code 0 on SIGTERM and SIGINT. An error that nobody caught, and a call of `process.exit`,
 * fail the attempt whose code they came from; where that is not known, nobody knows what else is broken: the worker
 * drains and leaves with 1.
 */
export function leaveOn(options: {
  /** Drains; `broken` says what is wrong with the process. */
  stop(broken?: WorkerBroken): Promise<void>;
  log: Logger;
  /** Default: this process. */
  process?: Pick<NodeJS.Process, 'on' | 'exit'>;
}): Leaving {
  const { stop, log, process = globalThis.process } = options;
  const exit = process.exit.bind(process);
  let exitCode = 0;
  let isLeaving = false;

  const leave = (atLeast: number, broken?: WorkerBroken) => {
    exitCode = Math.max(exitCode, atLeast);
    if (isLeaving) return;
    isLeaving = true;
    stop(broken)
      .catch((error) => {
        exitCode = 1;
        log.fatal({ err: error }, 'could not drain');
      })
      .finally(() => {
        log.info({ exitCode }, 'leaving');
        exit(exitCode);
      });
  };

  const broken = (error: Error) => {
    log.fatal({ err: error }, 'the worker is broken: draining');
    leave(1, new WorkerBroken(error.message, { cause: error }));
  };

  const stray = (error: Error) => {
    const delivery = currentDelivery.getStore();
    if (!delivery) return broken(error);
    const isOver = delivery.workingSince === undefined;
    delivery.log.error(
      { err: error },
      isOver ? 'uncaught error of an attempt that has ended' : 'uncaught error',
    );
    delivery.abort.abort(error);
  };

  const uncaught = (cause: unknown) => {
    if (cause instanceof StrayError) return stray(cause);
    stray(new StrayError(`an error outside the handler's promise: ${String(cause)}`, { cause }));
  };

  for (const signal of ['SIGTERM', 'SIGINT'] as const) {
    process.on(signal, () => {
      log.info({ signal }, 'draining');
      leave(0);
    });
  }
  process.on('uncaughtException', uncaught);
  process.on('unhandledRejection', uncaught);
  process.exit = (code) => {
    const error = new StrayError(`process.exit(${code ?? ''}) was called: throw an error instead`);
    stray(error);
    throw error;
  };
  return { broken };
}
