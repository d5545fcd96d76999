import { spawnSync } from 'node:child_process';
import { X509Certificate } from 'node:crypto';
import { copyFileSync, globSync, mkdtempSync, readdirSync, readFileSync, rmSync, statSync } from 'node:fs';
import { arch, tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { bundle } from './bundle.ts';
import { elfMachines } from './elf-machines.ts';
import { dev } from './environment.ts';
import { workerMachine } from './stage-packages.ts';
import { stageWorker } from './stage-worker.ts';
import { workerHealthCheck } from './worker-health-check.ts';

/** As docs/image.md says. */
const mostMebibytes = 64;

let directory: string;
beforeAll(() => {
  directory = mkdtempSync(join(tmpdir(), 'slackwater-stage-'));
  stageWorker(directory);
});
afterAll(() => rmSync(directory, { recursive: true, force: true }));

const instructions = (name: string): string[] =>
  readFileSync(join(directory, 'Dockerfile'), 'utf8')
    .split('\n')
    .filter((line) => line.startsWith(`${name} `))
    .map((line) => line.slice(name.length + 1));

describe('what is staged for the image', () => {
  it('is a worker that plain Node starts, far from the project and its packages', () => {
    const { stderr } = spawnSync(process.execPath, ['worker/main.js'], {
      cwd: directory,
      env: {},
      encoding: 'utf8',
    });
    // Every handler was found in the bundle: the first thing that is missing is the environment.
    expect(stderr).toMatch(/environment.*TASK_QUEUES/);
  });

  it('loads what traces only from a file of its own', () => {
    const hasSdk = (file: string) =>
      readFileSync(join(directory, file), 'utf8').includes('BatchSpanProcessor');
    expect([hasSdk('worker/main.js'), hasSdk('worker/tracing.js')]).toEqual([false, true]);
    const { stderr, status } = spawnSync(process.execPath, ['-e', "import('./worker/tracing.js')"], {
      cwd: directory,
      env: {},
      encoding: 'utf8',
    });
    expect({ stderr, status }).toEqual({ stderr: '', status: 0 });
  });

  it('runs threads, and says where in the sources they failed', () => {
    const programs = { 'staged-program': 'worker/program.js', 'trial-entry': 'worker/trial-entry.js' };
    for (const [name, outfile] of Object.entries(programs)) {
      bundle({
        entry: `test/threads/${name}.ts`,
        outfile: join(directory, outfile),
        external: ['@napi-rs/nice'],
      });
    }
    const { stdout, stderr } = spawnSync(process.execPath, ['--enable-source-maps', 'worker/program.js'], {
      cwd: directory,
      env: {},
      encoding: 'utf8',
    });
    expect(stderr).toBe('');
    expect(stdout).toMatch(/^fine\nOddError: told to throw\n.*test\/threads\/behave\.thread\.ts:\d+/s);
  });

  it('has the migrations where the worker looks for them', () => {
    for (const folder of ['ledger/migrations', 'services/migrations']) {
      expect(readdirSync(join(directory, folder)).some((file) => file.endsWith('.sql'))).toBe(true);
    }
  });

  it('has the authorities that vouch for a database in the region of the stack', () => {
    const bundle = readFileSync(join(directory, 'rds-authorities.pem'), 'utf8');
    const certificates = bundle.match(/-----BEGIN[^-]+-----[^-]+-----END[^-]+-----/g) ?? [];
    const london = certificates
      .map((text) => new X509Certificate(text))
      .filter(({ subject, validTo }) => subject.includes(dev.region) && new Date(validTo) > new Date());
    expect(london.length).toBeGreaterThanOrEqual(3);
  });

  it('has no program and no native module that is not for arm64', () => {
    expect([...elfMachines(directory).values()].filter((machine) => machine !== 'arm64')).toEqual([]);
  });

  it('is no larger than is promised', () => {
    const bytes = globSync('**/*', { cwd: directory, withFileTypes: true })
      .filter((entry) => entry.isFile())
      .reduce((sum, { parentPath, name }) => sum + statSync(join(parentPath, name)).size, 0);
    expect(bytes / 1024 ** 2).toBeLessThan(mostMebibytes);
    expect(readFileSync('docs/image.md', 'utf8')).toContain(`${mostMebibytes} MiB`);
  });
});

describe('the image', () => {
  it('is made by copying alone, since one for arm64 must build on any machine', () => {
    const known = ['ARG', 'FROM', 'WORKDIR', 'COPY', 'USER', 'VOLUME', 'ENV', 'ENTRYPOINT', 'CMD'];
    const used = readFileSync(join(directory, 'Dockerfile'), 'utf8').match(/^[A-Z]+/gm);
    expect(used).toEqual(known);
  });

  it('belongs to a user other than root, who can write to /tmp alone', () => {
    expect(instructions('USER')).toEqual(['65532:65532']);
    expect(instructions('COPY')).toEqual(['--chown=65532:65532 . .']);
    expect(instructions('VOLUME')).toEqual(['/tmp']);
  });

  it('starts the worker as process 1, with no shell between', () => {
    expect(instructions('ENTRYPOINT')).toEqual(['["/nodejs/bin/node"]']);
    expect(instructions('CMD')).toEqual(['["--enable-source-maps", "worker/main.js"]']);
  });

  it('has everything that its file and the health check name', () => {
    const [environment = ''] = instructions('ENV');
    const [, node, program = '', heartbeat] = workerHealthCheck.command;
    expect(JSON.parse(instructions('ENTRYPOINT')[0] ?? '')).toEqual([node]);
    expect(environment).toContain(`HEALTH_FILE=${heartbeat}`);
    const [authorities = ''] = environment.match(/(?<=NODE_EXTRA_CA_CERTS=)\S+/) ?? [];
    for (const file of [program, authorities, '/app/worker/main.js', '/app/package.json']) {
      expect(statSync(file.replace(/^\/app/, directory)).isFile()).toBe(true);
    }
  });

  it('does not hold the file that it is made by', () => {
    expect(readFileSync(join(directory, '.dockerignore'), 'utf8').split('\n')).toContain('Dockerfile');
  });
});

describe('programs and native modules', () => {
  it('are seen wherever they lie, and stop the staging if they are for another machine', () => {
    const folder = join(directory, 'deep/in/a/folder');
    const file = join(folder, 'module.node');
    spawnSync('mkdir', ['-p', folder]);
    copyFileSync(process.execPath, file);
    try {
      expect(elfMachines(directory).get('deep/in/a/folder/module.node')).toBe(arch());
      const cpu = arch() === 'x64' ? 'arm64' : 'x64';
      expect(() => stageWorker(directory, { machine: { ...workerMachine, cpu } })).toThrow(
        `The worker's image is for ${cpu}, and these are not: deep/in/a/folder/module.node (${arch()})`,
      );
    } finally {
      rmSync(join(directory, 'deep'), { recursive: true });
    }
  });
});
