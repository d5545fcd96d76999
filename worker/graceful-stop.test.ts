import { expect, test } from 'vitest';
import type { Interference } from '../local/json-protocol.ts';
import { startTrial, type Trial } from '../test/worker/start-trial.ts';

/** Keeps the answer of the first receive that brings messages back, until it is let go. */
function holdFirstReceive() {
  const caught = Promise.withResolvers<void>();
  const letGo = Promise.withResolvers<void>();
  let isFirst = true;
  const interfere: Interference = async ({ operation, input }, proceed) => {
    const answer = await proceed(input);
    if (operation === 'ReceiveMessage' && 'Messages' in answer && isFirst) {
      isFirst = false;
      caught.resolve();
      await letGo.promise;
    }
    return answer;
  };
  return { interfere, caught: caught.promise, letGo: letGo.resolve };
}

async function statesOf(trial: Trial): Promise<Record<string, number>> {
  const { rows } = await trial.pool.query<{ state: string; runs: number }>(
    'SELECT state, count(*)::int AS runs FROM run GROUP BY state',
  );
  return Object.fromEntries(rows.map(({ state, runs }) => [state, runs]));
}

test('a receive that is on its way at SIGTERM is waited for, and its messages are handed back untouched', async () => {
  const receive = holdFirstReceive();
  await using trial = await startTrial(receive);
  const worker = trial.spawnWorker();
  const runId = await trial.send('return');
  await receive.caught;
  expect(await trial.counts()).toEqual({ visible: 0, inFlight: 1 });
  worker.child.kill('SIGTERM');
  await expect.poll(() => worker.output.join('')).toContain('draining');
  receive.letGo();
  expect(await worker.exited).toBe(0);
  expect(await trial.counts()).toEqual({ visible: 1, inFlight: 0 });
  expect(await trial.ledger.status(runId)).toMatchObject({ state: 'unknown' });
});

test('a receive that never comes back keeps no worker beyond its time, and its messages come to the next one', async () => {
  const receive = holdFirstReceive();
  await using trial = await startTrial(receive);
  const worker = trial.spawnWorker({ STOP_TIMEOUT_SECONDS: '3' });
  const runId = await trial.send('return');
  await receive.caught;
  worker.child.kill('SIGTERM');
  expect(await worker.exited).toBe(0);
  await trial.startWorker();
  await trial.until(runId, 'done');
  expect(await trial.ledger.status(runId)).toMatchObject({ attempts: 1 });
  receive.letGo();
});

test('workers that are stopped one after the other under full load lose no attempt, double none and leave nothing hidden', async () => {
  await using trial = await startTrial();
  const runIds = await Promise.all(
    Array.from({ length: 200 }, (_, index) => trial.send(index % 2 === 0 ? 'complete' : 'return')),
  );
  for (const doneBefore of [20, 100]) {
    const worker = trial.spawnWorker();
    await expect
      .poll(async () => (await statesOf(trial)).done ?? 0, { interval: 5, timeout: 40_000 })
      .toBeGreaterThan(doneBefore);
    worker.child.kill('SIGTERM');
    expect(await worker.exited).toBe(0);
    const { running, done = 0 } = await statesOf(trial);
    expect(running).toBeUndefined();
    expect(await trial.counts()).toEqual({ visible: runIds.length - done, inFlight: 0 });
  }
  await trial.startWorker();
  await expect.poll(() => statesOf(trial), { timeout: 40_000 }).toEqual({ done: runIds.length });
  const { rows } = await trial.pool.query('SELECT sum(attempts)::int AS attempts FROM run');
  expect(rows).toEqual([{ attempts: runIds.length }]);
  const { rows: commits } = await trial.pool.query(
    `SELECT run_id FROM did WHERE what = 'commit' GROUP BY run_id HAVING count(*) = 1`,
  );
  expect(commits).toHaveLength(runIds.length / 2);
}, 120_000);
