import { spawnSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import {
  cpSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readFileSync,
  renameSync,
  rmSync,
  writeFileSync,
} from 'node:fs';
import { dirname, join } from 'node:path';
import { projectDirectory } from './bundle.ts';

/** A machine that packages with native parts are chosen for, in npm's words. */
export interface Machine {
  os: string;
  cpu: string;
  libc: string;
}

/** What workers run on: Fargate's Graviton and a base image of Debian. */
export const workerMachine: Machine = { os: 'linux', cpu: 'arm64', libc: 'glibc' };

/**
 * Puts packages, with what they depend on, into `node_modules` of a folder: the versions of the project's lockfile, of
 * their native parts only those for the machine. Runs nothing of theirs, so the machine may be another one. What was
 * installed once is kept beside the project's own packages; only the first time, and after a change of the lockfile, it
 * needs npm and its registry. Throws an Error that names a package which the project does not have, or npm's answer.
 */
export function stagePackages(
  directory: string,
  { names, machine }: { names: readonly string[]; machine: Machine },
): void {
  if (names.length === 0) return;
  const lockfile = readFileSync(join(projectDirectory, 'package-lock.json'), 'utf8');
  const dependencies = lockedVersions(lockfile, names);
  const wanted = createHash('sha256')
    .update(JSON.stringify([lockfile, dependencies, machine]))
    .digest('hex');
  const kept = join(projectDirectory, 'node_modules/.cache/slackwater-packages', wanted.slice(0, 16));
  if (!existsSync(kept)) keep(kept, (folder) => install(folder, { lockfile, dependencies, machine }));
  cpSync(kept, join(directory, 'node_modules'), { recursive: true });
}

/** Fills a folder and gives it its name only when it is whole: two that do so at once do not disturb each other. */
function keep(folder: string, fill: (folder: string) => string): void {
  mkdirSync(dirname(folder), { recursive: true });
  const scratch = mkdtempSync(`${folder}-`);
  try {
    renameSync(fill(scratch), folder);
  } catch (error) {
    if (!existsSync(folder)) throw error;
  } finally {
    rmSync(scratch, { recursive: true, force: true });
  }
}

/** Installs into a folder and answers where the packages lie. */
function install(
  folder: string,
  { lockfile, dependencies, machine }: { lockfile: string; dependencies: object; machine: Machine },
): string {
  writeFileSync(join(folder, 'package-lock.json'), lockfile);
  writeFileSync(join(folder, 'package.json'), JSON.stringify({ private: true, dependencies }));
  const { status, stderr } = spawnSync(
    'npm',
    [
      'install',
      '--ignore-scripts',
      '--no-audit',
      '--no-fund',
      '--prefer-offline',
      ...Object.entries(machine).map(([what, value]) => `--${what}=${value}`),
    ],
    { cwd: folder, encoding: 'utf8' },
  );
  if (status !== 0) {
    throw new Error(`npm could not install ${Object.keys(dependencies).join(', ')} for the image: ${stderr}`);
  }
  const packages = join(folder, 'node_modules');
  rmSync(join(packages, '.package-lock.json'), { force: true });
  return packages;
}

/** With the lockfile beside it npm keeps to it in all that these depend on, too. */
function lockedVersions(lockfile: string, names: readonly string[]): Record<string, string> {
  const { packages } = JSON.parse(lockfile) as {
    packages: Record<string, { version: string }>;
  };
  return Object.fromEntries(
    names.map((name) => {
      const version = packages[`node_modules/${name}`]?.version;
      if (version === undefined)
        throw new Error(`package-lock.json has no ${name}: add it to the project's dependencies`);
      return [name, version];
    }),
  );
}
