import { spawnSync } from 'node:child_process';
import { copyFileSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
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
 * Installs packages, with what they depend on, into `node_modules` of a folder: the versions of the project's lockfile,
 * of their native parts only those for the machine. Runs nothing of theirs, so the machine may be another one. Needs
 * npm and its registry. Throws an Error that names a package which the project does not have, or npm's answer.
 */
export function stagePackages(
  directory: string,
  { names, machine }: { names: readonly string[]; machine: Machine },
): void {
  if (names.length === 0) return;
  const manifest = join(directory, 'package.json');
  const original = readFileSync(manifest, 'utf8');
  const lockfile = join(directory, 'package-lock.json');
  copyFileSync(join(projectDirectory, 'package-lock.json'), lockfile);
  const dependencies = lockedVersions(lockfile, names);
  writeFileSync(manifest, JSON.stringify({ private: true, dependencies }));
  const { status, stderr } = spawnSync(
    'npm',
    [
      'install',
      '--ignore-scripts',
      '--no-audit',
      '--no-fund',
      ...Object.entries(machine).map(([what, value]) => `--${what}=${value}`),
    ],
    { cwd: directory, encoding: 'utf8' },
  );
  if (status !== 0) throw new Error(`npm could not install ${names.join(', ')} for the image: ${stderr}`);
  writeFileSync(manifest, original);
  rmSync(lockfile);
  rmSync(join(directory, 'node_modules/.package-lock.json'), { force: true });
}

/** With the lockfile beside it npm keeps to it in all that these depend on, too. */
function lockedVersions(lockfile: string, names: readonly string[]): Record<string, string> {
  const { packages } = JSON.parse(readFileSync(lockfile, 'utf8')) as {
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
