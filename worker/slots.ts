/** How many attempts a worker may have at once. */
export interface SlotLimits {
  /** Over all tasks; at least one for each. */
  perWorker: number;
  perTask: ReadonlyMap<string, number>;
}

/** The places in which attempts run. A message is asked for only when there is a slot for it to start in at once. */
export interface Slots {
  /** Waits until a slot is free for the task and takes up to `most`; answers how many, 0 only once aborted. */
  take(task: string, most: number, signal: AbortSignal): Promise<number>;
  /** How many could be taken now. */
  free(task: string): number;
  release(task: string, count: number): void;
}

interface Waiting {
  task: string;
  most: number;
  grant(count: number): void;
}

/**
 * Makes the slots. Every task always keeps one slot of its own, so that no flood of one task shuts another out; who
 * waits longest is served first. Throws if there are fewer slots than tasks.
 */
export function createSlots({ perWorker, perTask }: SlotLimits): Slots {
  if (perWorker < perTask.size) {
    throw new Error(
      `A worker of ${perWorker} slots cannot serve ${perTask.size} tasks: give each at least one`,
    );
  }
  const taken = new Map([...perTask.keys()].map((task) => [task, 0]));
  const queue: Waiting[] = [];

  const takenBy = (task: string) => taken.get(task) ?? 0;
  const free = (task: string) => {
    const others = [...taken].filter(([other]) => other !== task);
    const spokenFor = others.reduce((sum, [, count]) => sum + Math.max(1, count), takenBy(task));
    return Math.max(0, Math.min((perTask.get(task) ?? 0) - takenBy(task), perWorker - spokenFor));
  };
  const grantWaiting = () => {
    for (const waiting of [...queue]) {
      const count = Math.min(waiting.most, free(waiting.task));
      if (count === 0) continue;
      taken.set(waiting.task, takenBy(waiting.task) + count);
      waiting.grant(count);
    }
  };

  return {
    free,
    take: (task, most, signal) =>
      new Promise((resolve) => {
        const leave = () => waiting.grant(0);
        const waiting: Waiting = {
          task,
          most,
          grant: (count) => {
            queue.splice(queue.indexOf(waiting), 1);
            signal.removeEventListener('abort', leave);
            resolve(count);
          },
        };
        queue.push(waiting);
        if (signal.aborted) return leave();
        signal.addEventListener('abort', leave);
        grantWaiting();
      }),
    release: (task, count) => {
      taken.set(task, takenBy(task) - count);
      grantWaiting();
    },
  };
}
