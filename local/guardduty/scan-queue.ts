/** Jobs that wait for their turn. */
export interface ScanQueue {
  /** The job must not throw. */
  add(job: () => Promise<void>): void;
  /** Answers when nothing waits or runs. */
  idle(): Promise<void>;
  readonly closed: boolean;
  /** Forgets what waits and answers when what runs has ended. */
  close(): Promise<void>;
}

/** Runs so many jobs at once, in the order in which they came. */
export function createScanQueue({ atOnce }: { atOnce: number }): ScanQueue {
  const waiting: (() => Promise<void>)[] = [];
  let idlers: (() => void)[] = [];
  let running = 0;
  let closed = false;

  const next = (): void => {
    const job = running < atOnce ? waiting.shift() : undefined;
    if (job) {
      running += 1;
      job().finally(() => {
        running -= 1;
        next();
      });
      next();
    } else if (running === 0) {
      for (const resolve of idlers) resolve();
      idlers = [];
    }
  };
  const idle = (): Promise<void> =>
    new Promise((resolve) => {
      idlers.push(resolve);
      next();
    });

  return {
    add: (job) => {
      if (closed) return;
      waiting.push(job);
      next();
    },
    idle,
    get closed() {
      return closed;
    },
    close: () => {
      closed = true;
      waiting.length = 0;
      return idle();
    },
  };
}
