import { monitorEventLoopDelay } from 'node:perf_hooks';

/** What a process took while it was watched. */
export interface ResourcesTaken {
  /** The most resident memory that was seen. */
  peakBytes: number;
  /** Between two turns of the event loop; of a loop that is free it is `loopResolutionMs`. */
  loopDelayP99Ms: number;
  cpuSeconds: number;
}

/** How often the loop's delay is looked at. */
export const loopResolutionMs = 10;
const memoryEveryMs = 25;

/** Watches this process's memory, event loop and CPU from now on; the answer ends it and says what was seen. */
export function meterResources(): () => ResourcesTaken {
  const loop = monitorEventLoopDelay({ resolution: loopResolutionMs });
  const cpuBefore = process.cpuUsage();
  let peakBytes = process.memoryUsage.rss();
  const look = () => {
    peakBytes = Math.max(peakBytes, process.memoryUsage.rss());
  };
  const timer = setInterval(look, memoryEveryMs);
  loop.enable();
  return () => {
    loop.disable();
    clearInterval(timer);
    look();
    const { user, system } = process.cpuUsage(cpuBefore);
    return {
      peakBytes,
      loopDelayP99Ms: loop.percentile(99) / 1e6,
      cpuSeconds: (user + system) / 1e6,
    };
  };
}

/** What a process answers of what it takes. */
export interface Meter {
  /** Begins to watch. */
  meter(): void;
  /** What it took since then. */
  taken(): ResourcesTaken;
}

/** The meter of this process. */
export function createMeter(): Meter {
  let stop: (() => ResourcesTaken) | undefined;
  return {
    meter: () => {
      stop = meterResources();
    },
    taken: () => {
      if (stop === undefined) throw new Error('nothing was metered');
      return stop();
    },
  };
}
