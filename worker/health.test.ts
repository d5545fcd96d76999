import { execFile } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { promisify } from 'node:util';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { quickTimings } from '../test/worker/quick-timings.ts';
import { startTrial, type Trial } from '../test/worker/start-trial.ts';
import { trialTask } from '../test/worker/trial-tasks.ts';
import type { HeartbeatRecord } from './heartbeat.ts';
import { monotonicSeconds } from './watch-loops.ts';

let directory: string;
let healthFile: string;
let trial: Trial;
beforeAll(async () => {
  directory = mkdtempSync(path.join(tmpdir(), 'slackwater-health-'));
  healthFile = path.join(directory, 'heartbeat');
  trial = await startTrial();
});
afterAll(async () => {
  await trial[Symbol.asyncDispose]();
  rmSync(directory, { recursive: true });
});

/** What the container's health check says of a heartbeat. */
async function check(file = healthFile): Promise<{ code: number; stderr: string }> {
  const run = promisify(execFile)(process.execPath, [path.join(import.meta.dirname, 'health.ts'), file]);
  return run.then(
    ({ stderr }) => ({ code: 0, stderr }),
    ({ code, stderr }) => ({ code, stderr }),
  );
}

/** What the worker's endpoint says. */
async function ask(path = '/health'): Promise<{ status: number; body: unknown }> {
  const told = trial.logged.filter((line) => line.includes('telling its health')).at(-1);
  const response = await fetch(`http://127.0.0.1:${JSON.parse(told ?? '{}').port}${path}`);
  return {
    status: response.status,
    body: response.ok || response.status === 503 ? await response.json() : '',
  };
}

const stallsNow = () => (JSON.parse(readFileSync(healthFile, 'utf8')) as HeartbeatRecord).stalls;

test('a worker that waits in long polls, works, and has been paused for longer than a stall is healthy', async () => {
  const timings = { ...quickTimings, longPollSeconds: 1, stallSeconds: 3 };
  const worker = await trial.startWorker({ healthFile, healthPort: 0, timings });
  const done = await trial.send('return');
  await trial.until(done, 'done');
  const waiting = await trial.send('wait');
  await trial.untilDid(waiting, 'start');
  await trial.pause(trialTask.name);
  const began = monotonicSeconds();
  await expect.poll(() => monotonicSeconds() - began).toBeGreaterThan(timings.stallSeconds + 1);
  expect(await check()).toEqual({ code: 0, stderr: '' });
  expect(await ask()).toEqual({ status: 200, body: { healthy: true, stalls: [], attempts: { trial: 1 } } });
  expect(await ask('/')).toMatchObject({ status: 404 });
  await trial.pause();
  await trial.release(waiting);
  await trial.until(waiting, 'done');
  await worker.stop();
});

test('a worker whose polls never land is unhealthy, and says which loop it is', async () => {
  const polling = trial.sqsClient();
  polling.config.requestHandler.handle = () => new Promise<never>(() => undefined);
  const timings = { ...quickTimings, stallSeconds: 0.3, stopMarginSeconds: 4.5, tidyUpSeconds: 0.1 };
  const worker = await trial.startWorker({
    healthFile,
    healthPort: 0,
    timings,
    sqs: { polling, settling: trial.sqsClient() },
  });
  await expect.poll(() => stallsNow().map(({ loop }) => loop)).toContain('receiving trial');
  const { code, stderr } = await check();
  expect(code).toBe(1);
  expect(stderr).toContain('receiving trial');
  expect(await ask()).toMatchObject({
    status: 503,
    body: {
      healthy: false,
      stalls: expect.arrayContaining([{ loop: 'receiving trial', seconds: expect.any(Number) }]),
    },
  });
  expect(trial.logged.join('')).toContain('"loop":"receiving trial"');
  await worker.stop();
});

test('a worker whose leases are renewed no more is unhealthy, although it receives', async () => {
  const ledger = { ...trial.ledger, renew: () => new Promise<never>(() => undefined) };
  const worker = await trial.startWorker({
    healthFile,
    ledger,
    timings: { ...quickTimings, stallSeconds: 3 },
  });
  const runId = await trial.send('wait');
  await trial.untilDid(runId, 'start');
  await expect.poll(() => stallsNow().map(({ loop }) => loop)).toEqual(['renewing leases']);
  expect(await check()).toMatchObject({ code: 1, stderr: expect.stringContaining('renewing leases for') });
  await trial.release(runId);
  await trial.until(runId, 'done');
  await worker.stop();
});

test('a worker that hangs as it starts is healthy while it may still be starting', async () => {
  const timings = { ...quickTimings, stallSeconds: 0.1, startStallSeconds: 6 };
  let migrate = () => {};
  const starting = trial.startWorker({
    healthFile,
    timings,
    prepare: () => new Promise<void>((resolve) => (migrate = resolve)),
  });
  await expect.poll(() => check()).toEqual({ code: 0, stderr: '' });
  await expect.poll(() => stallsNow().map(({ loop }) => loop)).toContain('starting');
  migrate();
  await (await starting).stop();
});

test('a heartbeat that is too old, no heartbeat and one that cannot be read are unhealthy', async () => {
  const file = path.join(directory, 'other');
  const beat = (secondsAgo: number) =>
    writeFileSync(file, JSON.stringify({ beatAtSeconds: monotonicSeconds() - secondsAgo, stalls: [] }));
  beat(60);
  expect(await check(file)).toEqual({ code: 0, stderr: '' });
  beat(125);
  // The check takes a while to start.
  expect(await check(file)).toEqual({
    code: 1,
    stderr: expect.stringMatching(/^no heartbeat for 1[2-9]\d s\n$/),
  });
  writeFileSync(file, '{');
  expect(await check(file)).toMatchObject({ code: 1, stderr: expect.stringContaining('no heartbeat in') });
  writeFileSync(file, '{}');
  expect((await check(file)).code).toBe(1);
  expect(await check(path.join(directory, 'none'))).toMatchObject({
    code: 1,
    stderr: expect.stringContaining('ENOENT'),
  });
});
