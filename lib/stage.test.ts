import { spawnSync } from 'node:child_process';
import { X509Certificate } from 'node:crypto';
import { existsSync, mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { dev } from './environment.ts';
import { stageLambda, stageWorker, withStaged } from './stage.ts';

let directory: string;
beforeAll(() => {
  directory = mkdtempSync(join(tmpdir(), 'slackwater-stage-'));
  stageWorker(directory);
  stageLambda('worker-demand', directory);
});
afterAll(() => rmSync(directory, { recursive: true, force: true }));

/** What a program says when it is started without any environment. */
function startBare(file: string): string {
  const { stdout, stderr } = spawnSync(process.execPath, [file], {
    cwd: directory,
    env: {},
    encoding: 'utf8',
  });
  return stdout + stderr;
}

describe('what is staged', () => {
  it('is a worker that plain Node starts, far from the project and its packages', () => {
    // Every handler was found in the bundle: the first thing that is missing is the environment.
    expect(startBare('worker/main.js')).toMatch(/environment.*TASK_QUEUES/);
  });

  it('is a Lambda that reads its environment at the start', () => {
    expect(startBare('index.mjs')).toContain('QUEUES_URL');
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
    expect(readFileSync(join(directory, 'Dockerfile'), 'utf8')).toContain('/app/rds-authorities.pem');
  });

  it('has an image file that only copies, since an arm64 image must build on any machine', () => {
    const lines = readFileSync(join(directory, 'Dockerfile'), 'utf8').split('\n');
    expect(lines.filter((line) => /^(RUN|ADD)\b/.test(line))).toEqual([]);
    expect(lines).toContain('USER nonroot');
    expect(lines).toContain('VOLUME /tmp');
  });

  it('is gone when it has been used', () => {
    const left = withStaged(
      () => undefined,
      (staged) => staged,
    );
    expect(existsSync(left)).toBe(false);
  });
});
