import { createHash } from 'node:crypto';
import { chmod, chown, lstat, mkdir, rm, stat, symlink } from 'node:fs/promises';
import path from 'node:path';
import type { UserIds } from './server-user.ts';

/**
 * Says where the database's files lie: `data` in the given folder, or, where the server's user is not let through to
 * it (a project under /root), a folder of its own under /var/lib/slackwater. The given folder is made.
 */
export async function locateData(directory: string, user: UserIds | undefined): Promise<string> {
  await mkdir(directory, { recursive: true });
  const data = linkOrFolder(directory);
  if (!user) return data;
  await chmod(directory, 0o755);
  if (await isReachable(directory, user)) return data;
  const name = createHash('sha256').update(data).digest('hex').slice(0, 16);
  return path.join('/var/lib/slackwater', name);
}

/**
 * Makes the folder of the database's files. Where it lies elsewhere, `data` is a link to it: without the link, as when
 * the given folder was deleted, the files there belong to nobody and are removed.
 */
export async function makeDataDirectory(
  directory: string,
  { data, user }: { data: string; user: UserIds | undefined },
): Promise<void> {
  const link = linkOrFolder(directory);
  const isLinked = await lstat(link).then(
    (found) => found.isSymbolicLink(),
    () => false,
  );
  if (link !== data && !isLinked) {
    await rm(data, { recursive: true, force: true });
    await symlink(data, link);
  }
  await mkdir(data, { recursive: true });
  await chmod(data, 0o700);
  if (user) await chown(data, user.uid, user.gid);
}

function linkOrFolder(directory: string): string {
  return path.join(directory, 'data');
}

async function isReachable(directory: string, { uid, gid }: UserIds): Promise<boolean> {
  const { mode, uid: owner, gid: group } = await stat(directory);
  const bit = owner === uid ? 0o100 : group === gid ? 0o010 : 0o001;
  if ((mode & bit) === 0) return false;
  const parent = path.dirname(directory);
  return parent === directory || isReachable(parent, { uid, gid });
}
