/** Lets only so many in at a time, the others in the order in which they came. */
export interface Turns {
  /** Waits for a turn and returns what ends it, to be called once. Throws the signal's reason if it is aborted first. */
  take(signal?: AbortSignal): Promise<() => void>;
}

/** Makes turns of which so many may be taken at a time. */
export function createTurns(atOnce: number): Turns {
  const waiting = new Set<() => void>();
  let free = atOnce;
  const end = () => {
    const [next] = waiting;
    if (next) next();
    else free += 1;
  };
  return {
    take: (signal) =>
      new Promise((resolve, reject) => {
        signal?.throwIfAborted();
        if (free > 0) {
          free -= 1;
          return resolve(end);
        }
        const enter = () => {
          waiting.delete(enter);
          signal?.removeEventListener('abort', leave);
          resolve(end);
        };
        const leave = () => {
          waiting.delete(enter);
          reject(signal?.reason);
        };
        waiting.add(enter);
        signal?.addEventListener('abort', leave, { once: true });
      }),
  };
}
