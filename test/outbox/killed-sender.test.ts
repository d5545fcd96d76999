import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { runIdOf } from '../../messages/run-id.ts';
import type { Handler } from '../../tasks/handle.ts';
import relay from '../../tasks/outbox-relay/handler.ts';
import { startTrial, type Trial } from '../worker/start-trial.ts';
import { trialHandlers, trialTask } from '../worker/trial-tasks.ts';

let trial: Trial;
beforeAll(async () => {
  trial = await startTrial({
    handlers: new Map([...trialHandlers, [relay.task.name, relay as unknown as Handler]]),
  });
  await trial.pool.query('CREATE TABLE booking (reference text)');
});
afterAll(() => trial[Symbol.asyncDispose]());

/** Lets a web application die before a step, and answers how it ended. */
async function die(dieBefore: string): Promise<unknown> {
  const queues = Object.fromEntries(
    [trialTask, relay.task].map((task) => [task.name, trial.queueOf(task).url]),
  );
  const databaseUrl = trial.workerEnvironment.DATABASE_URL;
  const told = JSON.stringify({ queues, databaseUrl, reference: dieBefore, dieBefore });
  const program = fileURLToPath(new URL('./doomed-sender.ts', import.meta.url));
  const child = spawn(process.execPath, [program, told], {
    env: trial.workerEnvironment,
    stdio: ['ignore', 'ignore', 'inherit'],
  });
  const [, signal] = await once(child, 'exit');
  return signal;
}

test('a web application may die between any two steps: what it committed is sent and done once, the rest never', {
  timeout: 90_000,
}, async () => {
  const early = ['SendMessageCommand', 'SELECT public.add_to_outbox', 'COMMIT'];
  const late = ['left_in_outbox', 'SendMessageBatchCommand', 'remove_from_outbox'];
  const ends = await Promise.all([...early, ...late].map(die));
  expect(ends).toEqual(Array.from({ length: 6 }, () => 'SIGKILL'));
  const { rows } = await trial.pool.query<{ reference: string }>('SELECT reference FROM booking');
  expect(rows.map(({ reference }) => reference).sort()).toEqual(late.toSorted());
  expect((await trial.pool.query('SELECT FROM outbox')).rowCount).toBe(3);

  await trial.startWorker();
  const runIdFor = (id: string) => runIdOf({ type: trialTask.name, source: '/doomed', id });
  // Half a minute more than usual: a relay that met a transaction still open comes again.
  const patience = { timeout: 60_000, interval: 50 };
  const states = (task: string) =>
    trial.pool.query('SELECT state FROM run WHERE task = $1', [task]).then(({ rows }) => rows);
  await expect.poll(() => states('outbox-relay'), patience).toEqual(Array(5).fill({ state: 'done' }));
  for (const reference of late) {
    await trial.until(runIdFor(reference), 'done');
    expect(await trial.did(runIdFor(reference))).toEqual(['start']);
  }
  for (const reference of early) {
    expect((await trial.ledger.status(runIdFor(reference))).state).toBe('unknown');
  }
  await expect.poll(() => trial.counts()).toEqual({ visible: 0, inFlight: 0 });
  expect(await states('trial')).toHaveLength(3);
  expect((await trial.pool.query('SELECT FROM outbox')).rowCount).toBe(0);
});
