import { totalmem } from 'node:os';
import { getHeapStatistics } from 'node:v8';

/** V8's limit has 5 % for young objects alone, and draining needs some memory itself. */
const fullFrom = 0.85;
/** Garbage that waits for its collector looks like a leak, but not for long. */
const looksInARow = 3;

/**
 * Looks every few seconds how much memory the process uses, and calls `onFull` once when it has been nearly all of it
 * for some time: a worker that leaves by itself loses nothing, one that is killed takes its attempts with it.
 */
export function watchMemory(options: {
  everySeconds: number;
  onFull(error: Error): void;
  /** From 0 to 1. Default: of this process. */
  inUse?: () => number;
}): { stop(): void } {
  const { everySeconds, onFull, inUse = memoryInUse } = options;
  let full = 0;
  const look = () => {
    const share = inUse();
    full = share >= fullFrom ? full + 1 : 0;
    if (full < looksInARow) return;
    clearInterval(timer);
    onFull(new Error(`${Math.round(share * 100)} % of the worker's memory is in use: something leaks`));
  };
  const timer = setInterval(look, everySeconds * 1000).unref();
  return { stop: () => clearInterval(timer) };
}

/** The share in use of JavaScript's heap or of what the container may have, whichever is fuller. */
export function memoryInUse(): number {
  const { used_heap_size, heap_size_limit } = getHeapStatistics();
  // Without a limit the first is 0 or astronomical.
  const mostBytes = Math.min(process.constrainedMemory() || Infinity, totalmem());
  return Math.max(used_heap_size / heap_size_limit, process.memoryUsage.rss() / mostBytes);
}
