import { shareOut } from './share-out.ts';

/** What a task may have of a worker's slots. */
export interface TaskShare {
  /** Attempts at once. */
  concurrency: number;
  /** Its part of what all who wait cannot have together, relative to theirs. */
  weight: number;
}

/** How many attempts a worker may have at once. */
export interface SlotLimits {
  /** Over all tasks; at least one for each. */
  perWorker: number;
  perTask: ReadonlyMap<string, TaskShare>;
  /**
   * How long slots that came free are kept for who asked for more of them, so that one request brings many messages.
   * Default 0: every slot goes at once.
   */
  gatherMs?: number;
}

/** The places in which attempts run. A message is asked for only when there is a slot for it to start in at once. */
export interface Slots {
  /** Waits until slots are free for the task and takes up to `most`; answers how many, 0 only once aborted. */
  take(task: string, most: number, signal: AbortSignal): Promise<number>;
  /** How many could be taken now if nobody waited. */
  free(task: string): number;
  release(task: string, count: number): void;
}

interface Waiting {
  task: string;
  most: number;
  /** Takes what it can get from now on. */
  isImpatient: boolean;
  patience?: NodeJS.Timeout;
  grant(count: number): void;
}

/**
 * Makes the slots. Every task always keeps one slot of its own, so that no flood of one task shuts another out. Those
 * beyond go one by one to the waiting task that has the fewest for its weight; of one task's requests the oldest is
 * served first. Throws if there are fewer slots than tasks.
 */
export function createSlots({ perWorker, perTask, gatherMs = 0 }: SlotLimits): Slots {
  if (perWorker < perTask.size) {
    throw new Error(
      `A worker of ${perWorker} slots cannot serve ${perTask.size} tasks: give each at least one`,
    );
  }
  const taken = new Map([...perTask.keys()].map((task) => [task, 0]));
  /** Free slots that are nobody's own. */
  let shared = perWorker - perTask.size;
  let queue: Waiting[] = [];

  const takenBy = (task: string) => taken.get(task) ?? 0;
  const limitOf = (task: string) => perTask.get(task)?.concurrency ?? 0;
  const take = (task: string, count: number) => {
    const before = takenBy(task);
    taken.set(task, before + count);
    shared += Math.max(1, before) - Math.max(1, before + count);
  };
  const free = (task: string) => {
    const own = taken.get(task) === 0 ? 1 : 0;
    return Math.max(0, Math.min(limitOf(task) - takenBy(task), shared + own));
  };

  /** What each waiting task would get if all that is free went out now. */
  const shares = (): Map<string, number> => {
    const wanted = new Map<string, number>();
    for (const { task, most } of queue) wanted.set(task, (wanted.get(task) ?? 0) + most);
    const claims = [...wanted].map(([task, most]) => ({
      task,
      taken: takenBy(task),
      own: taken.get(task) === 0 ? 1 : 0,
      most: Math.min(most, limitOf(task) - takenBy(task)),
      weight: perTask.get(task)?.weight ?? 1,
    }));
    return shareOut(claims, shared);
  };

  const grantWaiting = () => {
    if (queue.length === 0) return;
    const left = shares();
    const granted = new Map<Waiting, number>();
    for (const waiting of queue) {
      const share = left.get(waiting.task) ?? 0;
      const count = Math.min(waiting.most, share);
      if (count === 0) continue;
      left.set(waiting.task, share - count);
      if (count >= Math.min(waiting.most, mostEver(waiting.task)) || waiting.isImpatient || gatherMs === 0) {
        granted.set(waiting, count);
      } else {
        waiting.patience ??= setTimeout(() => {
          waiting.isImpatient = true;
          grantWaiting();
        }, gatherMs);
      }
    }
    if (granted.size === 0) return;
    queue = queue.filter((waiting) => !granted.has(waiting));
    for (const [waiting, count] of granted) {
      take(waiting.task, count);
      waiting.grant(count);
    }
  };

  /** More than this nobody need wait for: a task may never have it. */
  const mostEver = (task: string) => Math.min(limitOf(task), perWorker - (perTask.size - 1));

  return {
    free,
    take: (task, most, signal) =>
      new Promise((resolve) => {
        const leave = () => {
          queue = queue.filter((one) => one !== waiting);
          waiting.grant(0);
        };
        const waiting: Waiting = {
          task,
          most,
          isImpatient: false,
          grant: (count) => {
            clearTimeout(waiting.patience);
            signal.removeEventListener('abort', leave);
            resolve(count);
          },
        };
        if (signal.aborted) return resolve(0);
        queue.push(waiting);
        signal.addEventListener('abort', leave);
        grantWaiting();
      }),
    release: (task, count) => {
      take(task, -count);
      grantWaiting();
    },
  };
}
