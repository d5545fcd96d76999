import { expect, test } from 'vitest';
import { startTrial } from '../test/worker/start-trial.ts';

test('a worker killed in the middle of an attempt loses nothing: another one takes over after the lease', async () => {
  await using trial = await startTrial();
  const victim = trial.spawnWorker();
  const runId = await trial.send('wait');
  await trial.untilDid(runId, 'start');
  victim.child.kill('SIGKILL');
  expect(await victim.exited).toBe('SIGKILL');
  await trial.startWorker();
  await trial.untilDid(runId, 'start', 2);
  await trial.release(runId);
  await trial.until(runId, 'done');
  expect(await trial.ledger.status(runId)).toMatchObject({ attempts: 2 });
});

test('a run that kills its worker three times is dead', async () => {
  await using trial = await startTrial();
  const runId = await trial.send('wait');
  for (let times = 1; times <= 3; times += 1) {
    const victim = trial.spawnWorker();
    await trial.untilDid(runId, 'start', times);
    victim.child.kill('SIGKILL');
    await victim.exited;
  }
  await trial.startWorker();
  const [dead] = await trial.untilDeadLetters(1);
  expect(dead?.letter).toMatchObject({
    runId,
    attempts: 3,
    reason: expect.stringContaining('kills its worker'),
  });
});

test('SIGTERM under load: what ends is finished, the rest is handed back uncounted and visible, and the exit code is 0', async () => {
  await using trial = await startTrial();
  const worker = trial.spawnWorker();
  const waiting = await Promise.all(Array.from({ length: 6 }, () => trial.send('wait')));
  for (const runId of waiting) await trial.untilDid(runId, 'start');
  const quick = await Promise.all(Array.from({ length: 60 }, () => trial.send('return')));
  const [finishing] = waiting.splice(0, 1);
  worker.child.kill('SIGTERM');
  await expect.poll(() => worker.output.join('')).toContain('draining');
  await trial.release(finishing ?? '');
  expect(await worker.exited).toBe(0);

  await trial.until(finishing ?? '', 'done');
  const { inFlight, visible } = await trial.counts();
  expect(inFlight).toBe(0);
  const states = await Promise.all([...waiting, ...quick].map((runId) => trial.ledger.status(runId)));
  expect(visible).toBe(states.filter(({ state }) => state !== 'done').length);
  expect(states.map(({ state }) => state)).not.toContain('running');

  await trial.startWorker();
  for (const runId of waiting) await trial.release(runId);
  for (const runId of [...waiting, ...quick]) {
    await trial.until(runId, 'done');
    expect(await trial.ledger.status(runId)).toMatchObject({ attempts: 1 });
  }
});

test('a worker migrates the database while it is protected, and drops protection when nothing comes', async () => {
  await using trial = await startTrial();
  await trial.pool.query('DROP SCHEMA public CASCADE; CREATE SCHEMA public');
  const worker = trial.spawnWorker();
  await expect.poll(() => trial.agent.asked.length, { timeout: 10_000 }).toBeGreaterThan(0);
  expect(trial.agent.asked[0]).toEqual({ ProtectionEnabled: true, ExpiresInMinutes: 5 });
  await expect.poll(() => trial.agent.isProtected(), { timeout: 10_000 }).toBe(false);
  expect((await trial.ledger.status('00000000-0000-0000-0000-000000000000')).state).toBe('unknown');
  expect(worker.output.join('')).toContain('"worker":"abc123"');
  worker.child.kill('SIGTERM');
  expect(await worker.exited).toBe(0);
});

test('a worker that is not told everything says all that it misses', async () => {
  await using trial = await startTrial();
  const worker = trial.spawnWorker({ TASK_QUEUES: 'nonsense', DATABASE_URL: '', WORKER_SLOTS: 'many' });
  expect(await worker.exited).toBe(1);
  const output = worker.output.join('');
  for (const name of ['TASK_QUEUES', 'DATABASE_URL', 'WORKER_SLOTS']) expect(output).toContain(name);
});
