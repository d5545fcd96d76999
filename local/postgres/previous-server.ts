import { readFile, rm, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { processesRunning, startOf } from './processes.ts';

/** Makes this process the owner of a database's folder. Throws if another living process owns it. */
export async function takeOwnership(directory: string): Promise<void> {
  const file = ownerFile(directory);
  const [pid = '', startedAt = ''] = (await readFile(file, 'utf8').catch(() => '')).split('\n');
  const alive = pid !== '' && Number(pid) !== process.pid && (await startOf(Number(pid))) === startedAt;
  if (alive) {
    throw new Error(`The database in ${directory} is in use by process ${pid}: stop that one first`);
  }
  await writeFile(file, `${process.pid}\n${await startOf(process.pid)}\n`);
}

/** Gives the folder up. */
export async function dropOwnership(directory: string): Promise<void> {
  await rm(ownerFile(directory), { force: true });
}

/**
 * Stops the server that a killed owner left behind. It is found by its command line, not by its pid file: that is gone
 * when the folder was deleted in between, and the server would go on writing into whatever is made in its place.
 */
export async function stopOrphan(dataDirectory: string): Promise<void> {
  for (const pid of await processesRunning(`/bin/postgres -D ${dataDirectory}`)) await endServer(pid);
}

/** Ends a server: connections are cut, and the data is flushed but where it has to end at once. */
export async function endServer(pid: number, how: 'in-order' | 'at-once' = 'in-order'): Promise<void> {
  const startedAt = await startOf(pid);
  if (startedAt === undefined) return;
  const signals = [
    ['SIGINT', 20_000],
    ['SIGQUIT', 5_000],
    ['SIGKILL', 5_000],
  ] as const;
  for (const [signal, waitMilliseconds] of how === 'in-order' ? signals : signals.slice(1)) {
    try {
      process.kill(pid, signal);
    } catch {
      return;
    }
    const deadline = Date.now() + waitMilliseconds;
    while (Date.now() < deadline) {
      if ((await startOf(pid)) !== startedAt) return;
      await new Promise((resolve) => setTimeout(resolve, 20));
    }
  }
  throw new Error(`The database server with pid ${pid} does not end: end it by hand`);
}

function ownerFile(directory: string): string {
  return path.join(directory, 'owner.pid');
}
