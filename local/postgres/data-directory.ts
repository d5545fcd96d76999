import { createHash } from 'node:crypto';
import {
  chmod,
  chown,
  lstat,
  mkdir,
  readdir,
  readFile,
  rm,
  stat,
  symlink,
  writeFile,
} from 'node:fs/promises';
import path from 'node:path';
import { stopOrphan } from './previous-server.ts';
import type { UserIds } from './server-user.ts';

/**
 * Says where the database's files lie: `data` in the given folder, or, where the server's user is not let through to
 * it (a project under /root), a folder of its own under /var/lib/slackwater, named after the link to it. The given folder is made.
 */
export async function locateData(directory: string, user: UserIds | undefined): Promise<string> {
  await mkdir(directory, { recursive: true });
  const data = linkOrFolder(directory);
  if (!user) return data;
  await chmod(directory, 0o755);
  if (await isReachable(directory, user)) return data;
  const name = createHash('sha256').update(data).digest('hex').slice(0, 16);
  return path.join(elsewhere, name);
}

const elsewhere = '/var/lib/slackwater';

/**
 * Makes the folder of the database's files. Where it lies elsewhere, `data` is a link to it: without the link, as when
 * the given folder was deleted, the files there belong to nobody and are removed.
 */
export async function makeDataDirectory(
  directory: string,
  { data, user }: { data: string; user: UserIds | undefined },
): Promise<void> {
  const link = linkOrFolder(directory);
  if (link !== data) {
    await removeForsaken();
    if (!(await isLink(link))) await symlink(data, link);
    await mkdir(elsewhere, { recursive: true });
    await writeFile(`${data}.link`, link);
  }
  await mkdir(data, { recursive: true });
  await chmod(data, 0o700);
  if (user) await chown(data, user.uid, user.gid);
}

/** Removes the files of databases whose link is gone, as after a test that deleted its folder. */
async function removeForsaken(): Promise<void> {
  const notes = (await readdir(elsewhere).catch(() => [])).filter((name) => name.endsWith('.link'));
  for (const note of notes.map((name) => path.join(elsewhere, name))) {
    const data = note.slice(0, -'.link'.length);
    const link = await readFile(note, 'utf8').catch(() => '');
    if (link === '' || (await isLink(link))) continue;
    await stopOrphan(data);
    await rm(data, { recursive: true, force: true });
    await rm(note, { force: true });
  }
}

async function isLink(file: string): Promise<boolean> {
  return lstat(file).then(
    (found) => found.isSymbolicLink(),
    () => false,
  );
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
