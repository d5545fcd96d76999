import { mkdir, readFile, rm, writeFile } from 'node:fs/promises';
import { join, resolve } from 'node:path';
import { startOf } from './postgres/processes.ts';

const heldHere = new Set<string>();

/**
 * Makes this process the only local cloud on a state directory; the answer gives it up. What a killed process left
 * behind does not count, also where its pid was given to another since. Throws if a living local cloud holds it.
 */
export async function lockState(stateDirectory: string): Promise<() => Promise<void>> {
  await mkdir(stateDirectory, { recursive: true });
  const file = join(resolve(stateDirectory), 'lock');
  if (heldHere.has(file)) throw taken(stateDirectory, process.pid);
  heldHere.add(file);
  try {
    await take(file, stateDirectory);
  } catch (error) {
    heldHere.delete(file);
    throw error;
  }
  return async () => {
    await rm(file, { force: true });
    heldHere.delete(file);
  };
}

async function take(file: string, stateDirectory: string): Promise<void> {
  const mine = `${process.pid}\n${await startOf(process.pid)}\n`;
  for (;;) {
    try {
      await writeFile(file, mine, { flag: 'wx' });
      return;
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code !== 'EEXIST') throw error;
    }
    const [pid = '', startedAt = ''] = (await readFile(file, 'utf8').catch(() => '')).split('\n');
    const isAlive =
      Number(pid) > 0 && Number(pid) !== process.pid && (await startOf(Number(pid))) === startedAt;
    if (isAlive) throw taken(stateDirectory, Number(pid));
    await rm(file, { force: true });
  }
}

function taken(stateDirectory: string, pid: number): Error {
  return new Error(
    `${stateDirectory} is in use by the local cloud with pid ${pid}: stop that one first, or give this one --state DIR`,
  );
}
