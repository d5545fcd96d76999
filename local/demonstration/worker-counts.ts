import type { LocalEvent } from '../local-event.ts';

/** How many workers ran from when on. */
export interface WorkerCount {
  /** Since the demonstration began. */
  seconds: number;
  running: number;
}

/** Follows the number of workers. */
export interface WorkerCounts {
  /** Changes only, oldest first; the first one is 0 workers at 0 seconds. */
  readonly changes: readonly WorkerCount[];
  readonly running: number;
  hear(event: LocalEvent): void;
}

/** Begins to count at zero. */
export function followWorkerCounts(startedAt = Date.now()): WorkerCounts {
  const changes: WorkerCount[] = [{ seconds: 0, running: 0 }];
  const running = (): number => changes.at(-1)?.running ?? 0;
  return {
    changes,
    get running() {
      return running();
    },
    hear: (event) => {
      if (event.kind !== 'worker-count' || event.running === running()) return;
      changes.push({ seconds: Math.round((Date.now() - startedAt) / 100) / 10, running: event.running });
    },
  };
}

/** One character a second: how many workers ran then. */
export function sparkline(changes: readonly WorkerCount[], untilSeconds: number): string {
  const most = Math.max(1, ...changes.map(({ running }) => running));
  const bars = '▁▂▃▄▅▆▇█';
  return Array.from({ length: Math.ceil(untilSeconds) }, (_, second) => {
    const running = changes.filter(({ seconds }) => seconds <= second + 0.999).at(-1)?.running ?? 0;
    return bars[Math.round((running / most) * (bars.length - 1))];
  }).join('');
}
