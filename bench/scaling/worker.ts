import type { Queue } from './queue.ts';
import type { ScoreBoard, StopCause } from './score-board.ts';
import type { Trace } from './trace.ts';
import type { VirtualClock } from './virtual-clock.ts';

/** A worker of the simulation: it takes messages as slots come free, until it is told to stop. */
export interface Worker {
  readonly version: number;
  readonly launchedMs: number;
  readonly state: 'starting' | 'running' | 'stopping' | 'gone';
  /** Messages in progress and since when. */
  readonly attempts: ReadonlyMap<number, number>;
  /** It would take another message now. */
  readonly isPolling: boolean;
  /** ECS does not stop it before this moment. */
  protectedUntilMs: number;
  /** The process runs; it receives when it is told to. */
  start(): void;
  /** Takes one message, or all it has room for, from the queue. */
  pull(most?: number): void;
  receive(): void;
  stopReceiving(): void;
  /** Lets attempts finish within the grace, then hands their messages back. */
  stop(cause: StopCause, graceMs: number): void;
}

/** What becomes of a worker, told to its fleet. */
export interface WorkerEvents {
  /** Whether it may begin a first attempt; false hands the message back. */
  mayWork(worker: Worker): boolean;
  /** Polls now, or does so no longer. */
  pollingChanged(worker: Worker): void;
  attemptBegan(worker: Worker): void;
  attemptEnded(seconds: number): void;
  emptied(worker: Worker): void;
  handedBack(): void;
  gone(worker: Worker): void;
}

/** Makes a worker that is still starting. */
export function createWorker(options: {
  version: number;
  trace: Pick<Trace, 'lengths' | 'task'>;
  clock: VirtualClock;
  queue: Queue;
  board: ScoreBoard;
  events: WorkerEvents;
}): Worker {
  const { clock, queue, board, events } = options;
  const { lengths, task } = options.trace;
  const attempts = new Map<number, number>();
  let state: Worker['state'] = 'starting';
  let isReceiving = false;
  let isPolling = false;

  const update = () => {
    const polls = state === 'running' && isReceiving && attempts.size < task.concurrency;
    if (polls === isPolling) return;
    isPolling = polls;
    events.pollingChanged(worker);
  };
  const leave = () => {
    state = 'gone';
    update();
    events.gone(worker);
  };
  const end = (message: number, startedMs: number) => {
    if (attempts.get(message) !== startedMs) return;
    attempts.delete(message);
    queue.remove();
    board.attemptEnded(message);
    events.attemptEnded((clock.now() - startedMs) / 1000);
    if (state === 'stopping') {
      if (attempts.size === 0) leave();
      return;
    }
    update();
    worker.pull(1);
    if (attempts.size === 0) events.emptied(worker);
  };

  const worker: Worker = {
    version: options.version,
    launchedMs: clock.now(),
    protectedUntilMs: 0,
    attempts,
    get state() {
      return state;
    },
    get isPolling() {
      return isPolling;
    },
    start: () => {
      state = 'running';
    },
    pull: (most = task.concurrency) => {
      for (let left = most; left > 0 && isPolling && queue.waiting > 0; left -= 1) {
        if (attempts.size === 0 && !events.mayWork(worker)) return;
        const message = queue.take();
        if (message === undefined) return;
        const startedMs = clock.now();
        attempts.set(message, startedMs);
        board.attemptStarted(message, startedMs);
        clock.schedule(lengths[message] ?? 0, () => end(message, startedMs));
        events.attemptBegan(worker);
        update();
      }
    },
    receive: () => {
      isReceiving = true;
      update();
      worker.pull();
    },
    stopReceiving: () => {
      isReceiving = false;
      update();
    },
    stop: (cause, graceMs) => {
      const wasRunning = state === 'running';
      state = 'stopping';
      update();
      if (!wasRunning || attempts.size === 0) return leave();
      clock.schedule(graceMs, () => {
        if (state !== 'stopping') return;
        for (const message of attempts.keys()) {
          board.attemptKilled(cause);
          queue.putBack(message);
        }
        attempts.clear();
        leave();
        events.handedBack();
      });
    },
  };
  return worker;
}
