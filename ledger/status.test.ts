import { Pool } from 'pg';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { delivery, type LedgerTrial, tryLedger } from '../test/ledger-trial.ts';
import { createLedger } from './create-ledger.ts';

let trial: LedgerTrial;
beforeAll(async () => {
  trial = await tryLedger();
});
afterAll(() => trial.drop());

test('a run that nobody has seen is unknown', async () => {
  const runId = crypto.randomUUID();
  expect(await trial.ledger.status(runId)).toEqual({ runId, state: 'unknown' });
});

test('a running run tells since when, how far it is and when it was sent', async () => {
  const message = delivery();
  const lease = await trial.lease(message);
  const progress = { done: 5, total: 10, unit: 'rows', message: 'loading', counts: { rejected: 1 } };
  await trial.ledger.progress(lease, progress);
  expect(await trial.ledger.status(message.runId)).toEqual({
    runId: message.runId,
    state: 'running',
    task: 'property-upload',
    attempts: 1,
    progress,
    sentAt: message.sentAt,
    startedAt: expect.any(Date),
  });
});

test('a run that waits for its retry tells why and until when', async () => {
  const message = delivery();
  await trial.ledger.retry(await trial.lease(message), {
    error: { name: 'Error', message: 'the register was locked' },
    delaySeconds: 60,
  });
  const status = await trial.ledger.status(message.runId);
  expect(status).toMatchObject({ state: 'open', error: 'the register was locked', attempts: 1 });
  expect(status.notBefore?.getTime()).toBeGreaterThan(
    status.startedAt?.getTime() ?? Number.POSITIVE_INFINITY,
  );
});

test('a run that was handed back has not failed by it', async () => {
  const message = delivery();
  await trial.ledger.giveBack(await trial.lease(message), { reason: 'SIGTERM', delaySeconds: 0 });
  const status = await trial.ledger.status(message.runId);
  expect(status).toMatchObject({ state: 'open', attempts: 0 });
  expect(status).not.toHaveProperty('error');
});

test('an ended run tells when and with what; errors on the way to a good end are over', async () => {
  const message = delivery();
  await trial.ledger.retry(await trial.lease(message), {
    error: { name: 'Error', message: 'no luck' },
    delaySeconds: 0,
  });
  await trial.ledger.complete(await trial.lease(message), false);
  const done = await trial.ledger.status(message.runId);
  expect(done).toMatchObject({ state: 'done', result: false, attempts: 2, endedAt: expect.any(Date) });
  expect(done).not.toHaveProperty('error');
  const other = delivery();
  await trial.ledger.die(await trial.lease(other), { reason: 'the file is a PNG' });
  expect(await trial.ledger.status(other.runId)).toMatchObject({ state: 'dead', error: 'the file is a PNG' });
});

describe("the web application's role", () => {
  let pool: Pool;
  beforeAll(async () => {
    const name = `webapp_${crypto.randomUUID().slice(0, 8)}`;
    await trial.pool.query(`CREATE ROLE ${name} LOGIN PASSWORD 'trial' IN ROLE slackwater_webapp`);
    const url = new URL(trial.url);
    url.username = name;
    url.password = 'trial';
    pool = new Pool({ connectionString: url.href });
    return async () => {
      await pool.end();
      await trial.pool.query(`DROP ROLE ${name}`);
    };
  });

  test('may read how runs go and cancel them', async () => {
    const message = delivery();
    await trial.lease(message);
    const webapp = createLedger(pool);
    expect(await webapp.status(message.runId)).toMatchObject({ state: 'running' });
    expect(await webapp.cancel(message.runId)).toBe('cancelled');
    expect(await webapp.status(message.runId)).toMatchObject({ state: 'cancelled' });
    expect(await webapp.cancel(crypto.randomUUID())).toBe('cancelled');
  });

  test('may do nothing else', async () => {
    await expect(createLedger(pool).claim(delivery())).rejects.toThrow('permission denied');
    for (const sql of [
      'SELECT input FROM run',
      'SELECT * FROM run_attempt',
      'DELETE FROM run',
      "UPDATE run_status SET state = 'done'",
      'CREATE TABLE theirs (id int)',
    ]) {
      await expect(pool.query(sql), sql).rejects.toThrow(/permission denied|cannot update view/);
    }
  });
});
