import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { createWriteStream } from 'node:fs';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { stopTimeoutSeconds } from './fault-timings.ts';

/** How a worker ended. */
export interface Exit {
  pid: number;
  /** Exit code, or the signal that ended it. */
  how: number | NodeJS.Signals;
  /** What it was told to do; left out: nothing, it ended by itself. */
  told?: 'stop' | 'kill';
}

/** Worker processes; whoever ends is replaced. */
export interface Crew {
  exits: readonly Exit[];
  /** SIGKILL to one of them. Answers its process id. */
  kill(luck: number): number;
  /** SIGTERM to one of them, as soon as it has begun, and SIGKILL if it is not gone in time. */
  stop(luck: number): number;
  /** SIGSTOP to one of them, and SIGCONT after so long. */
  pause(luck: number, milliseconds: number): number;
  /** SIGTERM to all; answers when all are gone. */
  end(): Promise<void>;
}

const faultWorker = fileURLToPath(new URL('./fault-worker.ts', import.meta.url));
const dieWithParent = fileURLToPath(new URL('../../local/ecs/die-with-parent.ts', import.meta.url));

/** A busy machine may be slow to see that a process has ended. */
const slackSeconds = 10;

/** Starts so many workers. What they write goes to files in the folder. */
export function startCrew(options: {
  workers: number;
  environment: Record<string, string>;
  logDirectory: string;
}): Crew {
  const { environment, logDirectory } = options;
  const crew: Worker[] = [];
  const exits: Exit[] = [];
  const pauses = new Set<NodeJS.Timeout>();
  let hired = 0;
  let isOver = false;

  const hire = (place: number) => {
    hired += 1;
    const child = spawn(process.execPath, ['--import', dieWithParent, faultWorker], {
      env: environment,
      stdio: ['ignore', 'pipe', 'pipe', 'ipc'],
      // Its own group: Ctrl-C in a terminal is for the test, which then stops its workers in order.
      detached: true,
    });
    const log = createWriteStream(path.join(logDirectory, `worker-${hired}.log`));
    child.stdout?.pipe(log, { end: false });
    child.stderr?.pipe(log, { end: false });
    const worker: Worker = {
      child,
      pid: child.pid ?? 0,
      isPaused: false,
      begun: child.stdout ? once(child.stdout, 'data') : Promise.resolve(),
      gone: once(child, 'exit') as Promise<[number | null, NodeJS.Signals]>,
    };
    crew[place] = worker;
    void worker.gone.then(([code, signal]) => {
      exits.push({ pid: worker.pid, how: code ?? signal, ...(worker.told && { told: worker.told }) });
      if (!isOver) hire(place);
    });
  };
  /** One that is at work; if none is, any. */
  const pick = (luck: number) => {
    const atWork = crew.filter((worker) => !worker.told && !worker.isPaused);
    const among = atWork.length > 0 ? atWork : crew;
    const worker = among[Math.floor(luck * among.length)];
    if (!worker) throw new Error(`Nobody to pick: luck is a number from 0 up to 1, got ${luck}`);
    return worker;
  };
  const resume = (worker: Worker) => {
    worker.isPaused = false;
    worker.child.kill('SIGCONT');
  };
  const terminate = async (worker: Worker) => {
    worker.told ??= 'stop';
    if (worker.isPaused) resume(worker);
    // A process that runs no code of ours yet is ended by the signal itself; as process 1 of a container it would not be.
    await Promise.race([worker.begun, worker.gone]);
    worker.child.kill('SIGTERM');
    const late = setTimeout(() => worker.child.kill('SIGKILL'), (stopTimeoutSeconds + slackSeconds) * 1000);
    return worker.gone.finally(() => clearTimeout(late));
  };

  for (let place = 0; place < options.workers; place += 1) hire(place);
  return {
    exits,
    kill: (luck) => {
      const worker = pick(luck);
      worker.told = 'kill';
      worker.child.kill('SIGKILL');
      return worker.pid;
    },
    stop: (luck) => {
      const worker = pick(luck);
      void terminate(worker);
      return worker.pid;
    },
    pause: (luck, milliseconds) => {
      const worker = pick(luck);
      worker.isPaused = true;
      worker.child.kill('SIGSTOP');
      const timer = setTimeout(() => {
        pauses.delete(timer);
        resume(worker);
      }, milliseconds);
      pauses.add(timer);
      return worker.pid;
    },
    end: async () => {
      isOver = true;
      for (const timer of pauses) clearTimeout(timer);
      await Promise.all(crew.map(terminate));
    },
  };
}

interface Worker {
  child: ChildProcess;
  pid: number;
  told?: 'stop' | 'kill';
  isPaused: boolean;
  /** It has written its first line. */
  begun: Promise<unknown>;
  gone: Promise<[number | null, NodeJS.Signals]>;
}
