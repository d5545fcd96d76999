import type { Assumptions } from './assumptions.ts';
import type { Queue } from './queue.ts';
import type { Random } from './random.ts';
import type { ScoreBoard, StopCause } from './score-board.ts';
import type { Trace } from './trace.ts';
import type { VirtualClock } from './virtual-clock.ts';
import { createWorker, type Worker, type WorkerEvents } from './worker.ts';

/** The service on Fargate: it keeps as many workers as desired, rolls deployments and loses workers to Spot. */
export interface Fleet {
  readonly desired: number;
  /** All that were not told to stop, starting ones included. */
  readonly workers: ReadonlySet<Worker>;
  setDesired(count: number): void;
  /** Workers of a new version start beside the old ones, which stop once they are replaced. */
  deploy(): void;
  /** Something waits: polling workers take it, each as likely as the other. */
  dispatch(): void;
  /** To be called when a worker's protection ended. */
  reconcile(): void;
  onAttemptEnded(listener: (seconds: number) => void): void;
}

/** What a worker does beside its work; scalers differ in whether their workers protect themselves. */
export interface Habits {
  stopGraceSeconds: number;
  /** The worker's process runs: it is to receive. */
  started(worker: Worker): void;
  mayWork(worker: Worker): boolean;
  attemptBegan(worker: Worker): void;
  emptied(worker: Worker): void;
}

export interface FleetOptions {
  trace: Trace;
  clock: VirtualClock;
  random: Random;
  queue: Queue;
  board: ScoreBoard;
  assumptions: Assumptions;
  habits(fleet: Fleet): Habits;
}

/** Starts without workers. */
export function createFleet(options: FleetOptions): Fleet {
  const { trace, clock, random, queue, board } = options;
  const workers = new Set<Worker>();
  const polling: Worker[] = [];
  const pollingIndex = new Map<Worker, number>();
  let desired = 0;
  let version = 0;
  let tellEnded = (_seconds: number) => {};

  const events: WorkerEvents = {
    mayWork: (worker) => habits.mayWork(worker),
    attemptBegan: (worker) => habits.attemptBegan(worker),
    attemptEnded: (seconds) => tellEnded(seconds),
    emptied: (worker) => habits.emptied(worker),
    handedBack: () => fleet.dispatch(),
    pollingChanged: (worker) => {
      if (worker.isPolling) {
        pollingIndex.set(worker, polling.push(worker) - 1);
        return;
      }
      const index = pollingIndex.get(worker);
      const last = polling.pop();
      pollingIndex.delete(worker);
      if (index === undefined || last === undefined || last === worker) return;
      polling[index] = last;
      pollingIndex.set(last, index);
    },
    gone: ({ launchedMs }) => board.workerGone({ launchedMs, goneMs: clock.now() }),
  };

  const launch = () => {
    const worker = createWorker({ version, trace, clock, queue, board, events });
    workers.add(worker);
    clock.schedule(random.between(...options.assumptions.workerStartSeconds) * 1000, () => {
      if (worker.state !== 'starting') return;
      worker.start();
      habits.started(worker);
      fleet.reconcile();
    });
    if (trace.spotLossesPerWorkerHour === 0) return;
    clock.schedule(random.exponential(3_600_000 / trace.spotLossesPerWorkerHour), () => {
      if (!workers.has(worker)) return;
      stop(worker, 'spot');
      fleet.reconcile();
    });
  };

  const stop = (worker: Worker, cause: StopCause) => {
    workers.delete(worker);
    worker.stop(cause, habits.stopGraceSeconds * 1000);
  };

  /** Starting workers go first, then any that is not protected. */
  const stopSome = (among: Worker[], most: number, cause: StopCause) => {
    const starting = among.filter((worker) => worker.state === 'starting');
    const running = among.filter(
      (worker) => worker.state === 'running' && worker.protectedUntilMs <= clock.now(),
    );
    for (let left = most; left > 0; left -= 1) {
      const worker = starting.pop() ?? running.splice(random.index(running.length), 1)[0];
      if (!worker) return;
      stop(worker, cause);
    }
  };

  const fleet: Fleet = {
    get desired() {
      return desired;
    },
    workers,
    setDesired: (count) => {
      desired = count;
      fleet.reconcile();
    },
    deploy: () => {
      version += 1;
      fleet.reconcile();
    },
    dispatch: () => {
      while (queue.waiting > 0 && polling.length > 0) polling[random.index(polling.length)]?.pull(1);
    },
    reconcile: () => {
      const all = [...workers];
      const current = all.filter((worker) => worker.version === version);
      const old = all.filter((worker) => worker.version !== version);
      // 200 % of the desired count at most; workers that nobody may stop count too.
      const room = 2 * desired - all.length;
      for (let left = Math.min(desired - current.length, room); left > 0; left -= 1) launch();
      stopSome(current, current.length - desired, 'scaling');
      const replaced = current.filter((worker) => worker.state === 'running').length;
      stopSome(old, old.length - Math.max(0, desired - replaced), 'deployment');
      board.workersNow(workers.size);
    },
    onAttemptEnded: (listener) => {
      tellEnded = listener;
    },
  };
  const habits = options.habits(fleet);
  return fleet;
}
