/** One of the worker's loops, watched for progress. */
export interface WatchedLoop {
  /** Does a step that must end; one that has not after the loop's limit is a stall. */
  step<Value>(action: () => Promise<Value>): Promise<Value>;
}

/** How a loop is watched. */
export interface LoopLimits {
  /** So long a step may take, and so long a loop may do nothing that has no leave to rest. */
  limitSeconds: number;
  /** Whether the loop may wait for ever now, such as for work. Default: always, so that only steps count. */
  mayRest?(): boolean;
}

/** A loop that makes no progress. */
export interface Stall {
  loop: string;
  seconds: number;
}

/** Sees whether the worker's loops make progress. */
export interface LoopWatch {
  loop(name: string, limits: LoopLimits): WatchedLoop;
  /** To be asked every few seconds: a rest that began and ended between two questions is not known. */
  stalls(): Stall[];
}

/**
 * Watches loops. What waits with good reason, for a message, a slot, or a store that is out of reach, is no stall: each
 * try at such a store is a step of its own. `now` is in seconds and never goes back.
 */
export function watchLoops(now: () => number = monotonicSeconds): LoopWatch {
  const watched: { name: string; idleSeconds(): number; limitSeconds: number }[] = [];
  return {
    loop: (name, { limitSeconds, mayRest = () => true }) => {
      const steps = new Set<{ since: number }>();
      let movedAt = now();
      const idleSeconds = () => {
        const [oldest] = steps;
        if (oldest) return now() - oldest.since;
        if (mayRest()) movedAt = now();
        return now() - movedAt;
      };
      watched.push({ name, idleSeconds, limitSeconds });
      return {
        step: async (action) => {
          const step = { since: now() };
          steps.add(step);
          try {
            return await action();
          } finally {
            steps.delete(step);
            movedAt = now();
          }
        },
      };
    },
    stalls: () =>
      watched
        .map(({ name, idleSeconds, limitSeconds }) => ({ loop: name, seconds: idleSeconds(), limitSeconds }))
        .filter(({ seconds, limitSeconds }) => seconds > limitSeconds)
        .map(({ loop, seconds }) => ({ loop, seconds: Math.round(seconds) })),
  };
}

/** Seconds of the machine's monotonic clock, which all its processes share and nobody sets. */
export function monotonicSeconds(): number {
  return Number(process.hrtime.bigint()) / 1e9;
}
