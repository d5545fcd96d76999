import { createHash } from 'node:crypto';
import { chmod, chown, lstat, mkdir, rm, stat, symlink } from 'node:fs/promises';
import path from 'node:path';
import type { UserIds } from './server-user.ts';

/**
 * Answers the folder of the database's files, existing and owned by the server's user. It is `data` in the given
 * folder, or, where that user is not let through to it (a project under /root), a folder of its own under
 * /var/lib/slackwater to which `data` is then a link: without the link the old content counts as deleted.
 */
export async function prepareDataDirectory(directory: string, user: UserIds | undefined): Promise<string> {
  await mkdir(directory, { recursive: true });
  const data = path.join(directory, 'data');
  if (!user) {
    await mkdir(data, { recursive: true, mode: 0o700 });
    return data;
  }
  await chmod(directory, 0o755);
  if (await isReachable(directory, user)) {
    await makeOwn(data, user);
    return data;
  }
  const elsewhere = path.join(
    '/var/lib/slackwater',
    createHash('sha256').update(data).digest('hex').slice(0, 16),
  );
  const linked = await lstat(data).then(
    (found) => found.isSymbolicLink(),
    () => false,
  );
  if (!linked) {
    await rm(elsewhere, { recursive: true, force: true });
    await symlink(elsewhere, data);
  }
  await makeOwn(elsewhere, user);
  return elsewhere;
}

async function isReachable(directory: string, { uid, gid }: UserIds): Promise<boolean> {
  const { mode, uid: owner, gid: group } = await stat(directory);
  const bit = owner === uid ? 0o100 : group === gid ? 0o010 : 0o001;
  if ((mode & bit) === 0) return false;
  const parent = path.dirname(directory);
  return parent === directory || isReachable(parent, { uid, gid });
}

async function makeOwn(directory: string, { uid, gid }: UserIds): Promise<void> {
  await mkdir(directory, { recursive: true });
  await chmod(directory, 0o700);
  await chown(directory, uid, gid);
}
