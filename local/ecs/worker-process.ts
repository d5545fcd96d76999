import { type ChildProcess, spawn } from 'node:child_process';
import { createWriteStream, mkdirSync } from 'node:fs';
import { dirname } from 'node:path';
import { createInterface } from 'node:readline';
import type { Readable } from 'node:stream';
import { fileURLToPath } from 'node:url';
import type { WorkerServiceDefinition } from './ecs.ts';
import { killGroup } from './orphans.ts';

const preload = fileURLToPath(new URL('die-with-parent.ts', import.meta.url));

/** How a process ended; both null if it could not be started. */
export interface ProcessEnd {
  exitCode: number | null;
  signal: NodeJS.Signals | null;
}

/** A worker's process: a Node process that leads a group of its own and dies with this one. */
export interface WorkerProcess {
  /** Undefined if it could not be started. */
  readonly pid: number | undefined;
  /** Settles when it has ended and all its output is read. */
  readonly ended: Promise<ProcessEnd>;
  /** SIGTERM, and SIGKILL to its whole group if it takes longer than that. */
  stop(timeoutSeconds: number): void;
}

/** Starts the process; its output goes to the log file, and each line of stdout to `onLine`. */
export function startWorkerProcess({
  container,
  title,
  environment,
  logFile,
  onLine,
}: {
  container: WorkerServiceDefinition['container'];
  /** Its name in the process list. */
  title: string;
  environment: Readonly<Record<string, string>>;
  logFile: string;
  onLine: (line: string) => void;
}): WorkerProcess {
  mkdirSync(dirname(logFile), { recursive: true });
  const log = createWriteStream(logFile, { flags: 'a' });
  // Its own group: Ctrl-C in the terminal is for the local cloud, which then stops its workers in order.
  const child = spawn(process.execPath, [`--title=${title}`, '--import', preload, ...container.arguments], {
    cwd: container.workingDirectory,
    env: { ...container.environment, ...environment },
    stdio: ['ignore', 'pipe', 'pipe', 'ipc'],
    detached: true,
  });
  readLines(child.stdout, (line) => {
    log.write(`${line}\n`);
    onLine(line);
  });
  readLines(child.stderr, (line) => log.write(`${line}\n`));

  let killTimer: NodeJS.Timeout | undefined;
  const kill = (): void => {
    if (child.pid !== undefined) killGroup(child.pid);
  };
  child.once('exit', kill);
  child.on('error', (error) => log.write(`${error.message}\n`));
  const ended = new Promise<ProcessEnd>((resolve) => {
    const end = (exitCode: number | null, signal: NodeJS.Signals | null): void => {
      clearTimeout(killTimer);
      log.end(() => resolve({ exitCode, signal }));
    };
    if (child.pid === undefined) child.once('error', () => end(null, null));
    else child.once('close', end);
  });

  return {
    pid: child.pid,
    ended,
    stop: (timeoutSeconds) => {
      if (child.exitCode !== null || child.signalCode !== null) return;
      child.kill('SIGTERM');
      clearTimeout(killTimer);
      killTimer = setTimeout(kill, timeoutSeconds * 1000);
    },
  };
}

function readLines(stream: ChildProcess['stdout'], onLine: (line: string) => void): void {
  if (stream)
    createInterface({ input: stream as Readable, crlfDelay: Number.POSITIVE_INFINITY }).on('line', onLine);
}
