import { readdir, rm } from 'node:fs/promises';
import { lockState } from './state-lock.ts';

/** Forgets a state directory, unless a living local cloud works on it. Throws if it looks like anything else. */
export async function wipeState(stateDirectory: string): Promise<void> {
  const entries = await readdir(stateDirectory).catch(() => []);
  if (
    entries.length > 0 &&
    !entries.some((entry) => ['postgres', 'cloud-assembly', 'once'].includes(entry))
  ) {
    throw new Error(`${stateDirectory} holds other things than a local cloud's state: it is not wiped`);
  }
  const release = await lockState(stateDirectory);
  await release();
  await rm(stateDirectory, { recursive: true, force: true });
}
