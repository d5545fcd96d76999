/** Something asks the local cloud to end. */
export interface Interruption {
  /** Aborted when it is asked to. */
  readonly signal: AbortSignal;
  /** Fulfilled at the same moment. */
  readonly asked: Promise<void>;
  /** Whether an error that nobody caught asked for it. */
  readonly failed: boolean;
}

/** What ends a process, and how it is told. */
export interface InterruptedProcess {
  on(name: string, listener: (reason: unknown) => void): unknown;
  exit(code: number): void;
}

/** How long everything may take to stop after an error that nobody caught. */
const stopsWithinSeconds = 60;

/**
 * Ctrl-C ends all in order; a second one ends at once, which the next start puts up with. An error that nobody caught
 * is told in one line and ends all in order too, but within a minute, for nobody knows what else is broken.
 */
export function listenForInterruption({
  process,
  print,
}: {
  process: InterruptedProcess;
  print: (line: string) => void;
}): Interruption {
  const aborting = new AbortController();
  const { promise: asked, resolve } = Promise.withResolvers<void>();
  let failed = false;
  const ask = (why: string): void => {
    print(why);
    aborting.abort();
    resolve();
  };

  for (const name of ['SIGINT', 'SIGTERM', 'SIGHUP']) {
    process.on(name, () => {
      if (aborting.signal.aborted) process.exit(exitCodes.interrupted);
      else ask('Stopping (once more: at once)');
    });
  }
  const fail = (error: unknown): void => {
    // What fails while everything ends is mostly a consequence.
    if (failed) return;
    failed = true;
    setTimeout(() => process.exit(exitCodes.failed), stopsWithinSeconds * 1000).unref();
    ask(`The local cloud is broken and stops: ${firstLine(error)}`);
  };
  process.on('uncaughtException', fail);
  process.on('unhandledRejection', fail);

  return {
    signal: aborting.signal,
    asked,
    get failed() {
      return failed;
    },
  };
}

/** As shells have it. */
export const exitCodes = { failed: 1, interrupted: 130 };

function firstLine(error: unknown): string {
  const stack = error instanceof Error ? (error.stack ?? error.message) : String(error);
  // The message, and where it happened: the first line of the stack below it.
  const place = /\n\s+(at .*)/.exec(stack)?.[1];
  const message = (error instanceof Error ? `${error.name}: ${error.message}` : stack).split('\n')[0] ?? '';
  return place ? `${message} (${place})` : message;
}
