import { expect, test, vi } from 'vitest';
import { startTrial } from '../test/worker/start-trial.ts';

// Each starts several worker processes and waits for leases to run out, beside whatever else the machine does.
vi.setConfig({ testTimeout: 120_000 });

test('code that fails outside its promise, or wants to exit, fails its attempt alone', async () => {
  await using trial = await startTrial();
  const worker = trial.spawnWorker();
  const bystander = await trial.send('wait');
  await trial.untilDid(bystander, 'start');
  const reasons = {
    'fail-elsewhere': 'told to fail elsewhere',
    'reject-elsewhere': 'told to reject elsewhere',
    'emit-error': 'told to emit an error',
    exit: 'process.exit(7) was called',
  } as const;
  for (const what of Object.keys(reasons) as (keyof typeof reasons)[]) {
    const runId = await trial.send(what, undefined, '7');
    await trial.until(runId, 'done');
    const { rows } = await trial.pool.query(
      'SELECT outcome, error FROM run_attempt WHERE run_id = $1 ORDER BY number',
      [runId],
    );
    const error = { name: 'StrayError', message: expect.stringContaining(reasons[what]) };
    expect(rows).toMatchObject([{ outcome: 'failed', error }, { outcome: 'done' }]);
    expect(worker.output.join('')).toContain(`"run":"${runId}","attempt":1,"err":{"name":"StrayError"`);
  }
  await trial.release(bystander);
  await trial.until(bystander, 'done');
  expect(await trial.ledger.status(bystander)).toMatchObject({ attempts: 1 });
  worker.child.kill('SIGTERM');
  expect(await worker.exited).toBe(0);
});

test('an error in nobody’s name makes the worker drain and leave, and what did not end is done by another', async () => {
  await using trial = await startTrial();
  const worker = trial.spawnWorker({ STOP_TIMEOUT_SECONDS: '3' });
  const [finishing, bystander] = [await trial.send('wait'), await trial.send('wait')];
  for (const runId of [finishing, bystander]) await trial.untilDid(runId, 'start');
  const culprit = await trial.send('fail-nowhere');
  await expect.poll(() => worker.output.join('')).toContain('told to fail in no name');
  await trial.release(finishing);
  expect(await worker.exited).toBe(1);
  await trial.until(finishing, 'done');

  await trial.release(bystander);
  await trial.startWorker();
  for (const runId of [bystander, culprit]) await trial.until(runId, 'done');
});

test('a run that kills its worker again and again is dead, and what it ran beside is done, cut off once at most', async () => {
  await using trial = await startTrial();
  const beside = await Promise.all(Array.from({ length: 5 }, () => trial.send('nap', undefined, '700')));
  const killer = await trial.send('kill-worker', undefined, '6');
  const isDead = async () => (await trial.ledger.status(killer)).state === 'dead';
  for (let workers = 0; workers < 3 && !(await isDead()); workers += 1) {
    expect(await trial.spawnWorker().exited).toBe('SIGKILL');
  }
  await trial.startWorker();
  await trial.until(killer, 'dead');
  for (const runId of beside) await trial.until(runId, 'done');
  const { rows } = await trial.pool.query(
    `SELECT run_id FROM run_attempt WHERE outcome = 'vanished' AND run_id <> $1
     GROUP BY run_id HAVING count(*) > 1`,
    [killer],
  );
  expect(rows).toEqual([]);
});

test('a handler that blocks its worker for longer than the lease commits nothing once another has taken over', async () => {
  await using trial = await startTrial();
  const blocked = trial.spawnWorker();
  const runId = await trial.send('block', undefined, '6000');
  const bystander = await trial.send('complete');
  await trial.untilDid(runId, 'start');
  await trial.startWorker();
  for (const one of [runId, bystander]) await trial.until(one, 'done');
  expect(await trial.ledger.status(runId)).toMatchObject({ attempts: 2, result: { said: 'by attempt 2' } });

  // The first one comes to itself, is told that its lease is lost, and goes on with other work.
  await expect.poll(() => blocked.output.join('')).toContain('"outcome":"overtaken"');
  for (const one of [runId, bystander]) {
    expect((await trial.did(one)).filter((did) => did === 'commit')).toHaveLength(1);
  }
  blocked.child.kill('SIGTERM');
  expect(await blocked.exited).toBe(0);
  expect(await trial.counts()).toEqual({ visible: 0, inFlight: 0 });
});

test('a worker whose memory runs full leaves before it is killed, and what it had is done by others', async () => {
  await using trial = await startTrial();
  const heap = '--max-old-space-size=150 --max-semi-space-size=1';
  const worker = trial.spawnWorker({ NODE_OPTIONS: heap, STOP_TIMEOUT_SECONDS: '3' });
  const bystander = await trial.send('wait');
  await trial.untilDid(bystander, 'start');
  const leak = await trial.send('leak');
  expect(await worker.exited).toBe(1);
  expect(worker.output.join('')).toMatch(/% of the worker's memory is in use/);
  await trial.release(bystander);
  await trial.startWorker();
  for (const runId of [bystander, leak]) await trial.until(runId, 'done');
});
