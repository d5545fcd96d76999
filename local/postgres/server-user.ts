import { execFile } from 'node:child_process';
import { promisify } from 'node:util';

/** Numbers of an operating system user. */
export interface UserIds {
  uid: number;
  gid: number;
}

/**
 * Whom the database server runs as: Postgres refuses to run as root, so root hands it to `postgres`, which is
 * created where the machine has none, or to `nobody`. Undefined: as the caller itself.
 */
export async function serverUser(): Promise<UserIds | undefined> {
  if (process.getuid?.() !== 0) return undefined;
  const existing = await idsOf('postgres');
  if (existing) return existing;
  await run('useradd', ['--system', '--user-group', '--no-create-home', 'postgres']).catch(() => undefined);
  const found = (await idsOf('postgres')) ?? (await idsOf('nobody'));
  if (found) return found;
  throw new Error(
    'Postgres cannot run as root, and this machine has no user postgres: create one with useradd',
  );
}

async function idsOf(name: string): Promise<UserIds | undefined> {
  try {
    const [uid, gid] = await Promise.all([run('id', ['-u', name]), run('id', ['-g', name])]);
    return { uid: Number(uid.stdout), gid: Number(gid.stdout) };
  } catch {
    return undefined;
  }
}

const run = promisify(execFile);
