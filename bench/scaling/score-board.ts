import type { Trace } from './trace.ts';

/** What stopped a worker. */
export type StopCause = 'scaling' | 'deployment' | 'spot';

/** Notes what became of every message and every worker of one simulation. */
export interface ScoreBoard {
  attemptStarted(message: number, atMs: number): void;
  attemptEnded(message: number): void;
  attemptKilled(cause: StopCause): void;
  workerGone(life: { launchedMs: number; goneMs: number }): void;
  /** How many workers there are now, starting ones included. */
  workersNow(count: number): void;
  scores(): Scores;
}

/** How one scaler did on one trace. */
export interface Scores {
  messages: number;
  /** From arrival to the start of the first attempt; to the end of the simulation where there was none. */
  queueSeconds: { p50: number; p95: number; p99: number; mean: number };
  workerMinutes: number;
  /** Attempts that a stop broke off. */
  killed: Record<StopCause, number>;
  /** Messages that waited longer than their task's objective. */
  late: number;
  neverHandled: number;
  /** Times the workers came from zero, and went back to it. */
  wakes: number;
  sleeps: number;
}

/** Starts with nothing noted. */
export function createScoreBoard(
  { arrivals, endMs, task }: Trace,
  { leastBilledSeconds }: { leastBilledSeconds: number },
): ScoreBoard {
  const waitedMs = new Float64Array(arrivals.length).fill(-1);
  const killed = { scaling: 0, deployment: 0, spot: 0 };
  let ended = 0;
  let workerMinutes = 0;
  let workers = 0;
  let wakes = 0;
  let sleeps = 0;

  return {
    attemptStarted: (message, atMs) => {
      if ((waitedMs[message] ?? 0) < 0) waitedMs[message] = atMs - (arrivals[message] ?? 0);
    },
    attemptEnded: () => {
      ended += 1;
    },
    attemptKilled: (cause) => {
      killed[cause] += 1;
    },
    workerGone: ({ launchedMs, goneMs }) => {
      workerMinutes += Math.max(leastBilledSeconds * 1000, goneMs - launchedMs) / 60_000;
    },
    workersNow: (count) => {
      if (workers === 0 && count > 0) wakes += 1;
      if (workers > 0 && count === 0) sleeps += 1;
      workers = count;
    },
    scores: () => {
      const seconds = waitedMs.map((waited, message) =>
        waited < 0 ? (endMs - (arrivals[message] ?? 0)) / 1000 : waited / 1000,
      );
      return {
        messages: arrivals.length,
        queueSeconds: distribution(seconds),
        workerMinutes,
        killed,
        late: seconds.reduce((late, waited) => late + (waited > task.startWithinSeconds ? 1 : 0), 0),
        neverHandled: arrivals.length - ended,
        wakes,
        sleeps,
      };
    },
  };
}

function distribution(values: Float64Array): Scores['queueSeconds'] {
  const sorted = values.toSorted();
  const at = (share: number) =>
    sorted[Math.min(sorted.length - 1, Math.ceil(share * sorted.length) - 1)] ?? 0;
  const mean = sorted.reduce((sum, value) => sum + value, 0) / Math.max(1, sorted.length);
  return { p50: at(0.5), p95: at(0.95), p99: at(0.99), mean };
}
