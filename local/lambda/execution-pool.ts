import type { FunctionProcess } from './function-process.ts';

/** The execution environments of one function: as many at once as its concurrency allows. */
export interface ExecutionPool {
  /** Waits for a free process, then uses it for nothing else. */
  use<Result>(work: (process: FunctionProcess) => Promise<Result>): Promise<Result>;
  /** Ends the processes; what still waits is forgotten. */
  close(): Promise<void>;
}

/** Starts processes as they are needed and keeps them for the next invocations. */
export function createExecutionPool({
  concurrency,
  start,
}: {
  concurrency: number;
  start: () => FunctionProcess;
}): ExecutionPool {
  const all = new Set<FunctionProcess>();
  const idle: FunctionProcess[] = [];
  const waiting: ((process: FunctionProcess) => void)[] = [];

  const obtain = (): FunctionProcess => {
    const process = idle.pop();
    if (process?.alive) return process;
    if (process) all.delete(process);
    const fresh = start();
    all.add(fresh);
    return fresh;
  };

  const giveBack = (process: FunctionProcess): void => {
    if (process.alive) idle.push(process);
    else all.delete(process);
    waiting.shift()?.(obtain());
  };

  return {
    use: async (work) => {
      const busy = all.size - idle.length;
      const process =
        busy < concurrency
          ? obtain()
          : await new Promise<FunctionProcess>((resolve) => waiting.push(resolve));
      try {
        return await work(process);
      } finally {
        giveBack(process);
      }
    },
    close: async () => {
      waiting.length = 0;
      await Promise.all([...all].map((process) => process.kill()));
    },
  };
}
