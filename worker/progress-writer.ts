import type { Logger } from 'pino';
import type { Progress } from '../ledger/ledger.ts';

/** Tells the ledger how far the work is. */
export interface ProgressWriter {
  tell(update: Progress): void;
  /** Writes what was told last, and answers when it is written. */
  flush(): Promise<void>;
}

const atMostEveryMs = 1000;

/** Writes at most once a second, always the newest. Progress is a courtesy: a write that fails is only logged. */
export function createProgressWriter(options: {
  write(update: Progress): Promise<void>;
  log: Logger;
}): ProgressWriter {
  let newest: Progress | undefined;
  let timer: NodeJS.Timeout | undefined;
  let nextAt = 0;
  let writing: Promise<void> = Promise.resolve();

  const write = () => {
    clearTimeout(timer);
    timer = undefined;
    const update = newest;
    newest = undefined;
    if (update === undefined) return;
    nextAt = Date.now() + atMostEveryMs;
    writing = writing
      .then(() => options.write(update))
      .catch((error) => options.log.warn({ err: error }, 'could not write progress'));
  };

  return {
    tell: (update) => {
      newest = update;
      timer ??= setTimeout(write, Math.max(0, nextAt - Date.now()));
    },
    flush: async () => {
      write();
      await writing;
    },
  };
}
