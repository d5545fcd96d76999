import { spawnSync } from 'node:child_process';
import { mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { arch, tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { elfMachines } from './elf-machines.ts';
import { stagePackages, workerMachine } from './stage-packages.ts';

// A package of the project's own tools that is native the way most are: a package beside it for every machine.
const native = 'lightningcss';
const manifest = '{ "type": "module" }\n';
const canAskNpm = spawnSync('npm', ['view', native, 'version'], { timeout: 15_000 }).status === 0;

let directory: string;
beforeEach(() => {
  directory = mkdtempSync(join(tmpdir(), 'slackwater-packages-'));
  writeFileSync(join(directory, 'package.json'), manifest);
});
afterEach(() => rmSync(directory, { recursive: true, force: true }));

describe.skipIf(!canAskNpm)('a package with native parts', () => {
  it('is staged for arm64 on any machine, in the version of the lockfile, and nothing of it for others', () => {
    stagePackages(directory, { names: [native], machine: workerMachine });
    const machines = elfMachines(directory);
    expect([...machines.keys()]).toEqual([
      'node_modules/lightningcss-linux-arm64-gnu/lightningcss.linux-arm64-gnu.node',
    ]);
    expect([...machines.values()]).toEqual(['arm64']);
    const { version } = JSON.parse(
      readFileSync(join(directory, `node_modules/${native}/package.json`), 'utf8'),
    );
    expect(JSON.parse(readFileSync('package-lock.json', 'utf8')).packages[`node_modules/${native}`]).toEqual(
      expect.objectContaining({ version }),
    );
    expect(readFileSync(join(directory, 'package.json'), 'utf8')).toBe(manifest);
    expect(readdirSync(directory).toSorted()).toEqual(['node_modules', 'package.json']);
  });

  it('works when it is staged for this machine', () => {
    stagePackages(directory, { names: [native], machine: { ...workerMachine, cpu: arch() } });
    const code = `const { transform } = await import('${native}');
      console.log(String(transform({ filename: 'a', code: Buffer.from('a { color: #ff0000 }'), minify: true }).code))`;
    const { stdout } = spawnSync(process.execPath, ['--input-type=module', '--eval', code], {
      cwd: directory,
      encoding: 'utf8',
    });
    expect(stdout).toBe('a{color:red}\n');
  });
});

describe('a package', () => {
  it('that the project does not have is named', () => {
    expect(() => stagePackages(directory, { names: ['no-such-one'], machine: workerMachine })).toThrow(
      "package-lock.json has no no-such-one: add it to the project's dependencies",
    );
  });
});
