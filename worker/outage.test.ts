import { expect, test } from 'vitest';
import { type Ledger, LedgerUnreachable } from '../ledger/ledger.ts';
import { startTrial, type Trial } from '../test/worker/start-trial.ts';

/** The trial's ledger with a connection that can be cut. */
function cuttable({ ledger }: Trial) {
  const line = { isCut: false };
  const cut = new Proxy(ledger, {
    get: (target, name: keyof Ledger) => {
      const method = target[name] as (...parameters: unknown[]) => Promise<unknown>;
      return async (...parameters: unknown[]) => {
        if (line.isCut) throw new LedgerUnreachable('the line is cut');
        return method(...parameters);
      };
    },
  });
  return { line, ledger: cut };
}

test('while the ledger is out of reach messages go back, nothing is received, and work goes on when it answers', async () => {
  await using trial = await startTrial();
  const { line, ledger } = cuttable(trial);
  await trial.startWorker({ ledger });
  line.isCut = true;
  const runId = await trial.send('return');
  await expect.poll(() => trial.logged.join('')).toContain('out of reach; not receiving');
  await expect.poll(() => trial.logged.join('')).toContain('still out of reach');
  line.isCut = false;
  await trial.until(runId, 'done');
  expect(await trial.ledger.status(runId)).toMatchObject({ attempts: 1 });
});

test('an attempt outlives an outage longer than its lease, and settles when the ledger answers', async () => {
  await using trial = await startTrial();
  const { line, ledger } = cuttable(trial);
  await trial.startWorker({ ledger });
  const runId = await trial.send('wait');
  await trial.untilDid(runId, 'start');
  line.isCut = true;
  const leaseIsOver = `SELECT FROM run WHERE run_id = $1 AND lease_until < clock_timestamp()`;
  await expect
    .poll(async () => (await trial.pool.query(leaseIsOver, [runId])).rowCount, { timeout: 10_000 })
    .toBe(1);
  await trial.release(runId);
  await expect.poll(() => trial.logged.join('')).toContain('settling in the ledger failed');
  expect(await trial.counts()).toEqual({ visible: 0, inFlight: 1 });
  line.isCut = false;
  await trial.until(runId, 'done');
  expect(await trial.ledger.status(runId)).toMatchObject({ attempts: 1 });
});

test('an attempt that was overtaken during an outage is aborted and settles nothing', async () => {
  await using trial = await startTrial();
  const { line, ledger } = cuttable(trial);
  await trial.startWorker({ ledger });
  const runId = await trial.send('wait');
  await trial.untilDid(runId, 'start');
  line.isCut = true;
  const { rows } = await trial.pool.query('SELECT * FROM run WHERE run_id = $1', [runId]);
  const claim = () =>
    trial.ledger.claim({
      runId,
      task: 'trial',
      source: '/trial',
      id: rows[0].message_id,
      sqsMessageId: 'duplicate',
      worker: 'another',
      leaseSeconds: 3,
      sentAt: new Date(),
      input: {},
      dataDigest: rows[0].data_digest,
    });
  await expect.poll(async () => (await claim()).outcome, { timeout: 10_000 }).toBe('claimed');
  line.isCut = false;
  // The other attempt vanishes too; the message of the first one is there for the third.
  await trial.untilDid(runId, 'start', 2);
  await trial.release(runId);
  await trial.until(runId, 'done');
  expect(await trial.ledger.status(runId)).toMatchObject({ attempts: 3 });
  const { rows: attempts } = await trial.pool.query('SELECT outcome FROM run_attempt ORDER BY number');
  expect(attempts.map(({ outcome }) => outcome)).toEqual(['vanished', 'vanished', 'done']);
});

test('a message that cannot be settled before the worker must leave is left to the next one', async () => {
  await using trial = await startTrial();
  const { line, ledger } = cuttable(trial);
  const worker = await trial.startWorker({ ledger, stopTimeoutSeconds: 2 });
  const runId = await trial.send('wait');
  await trial.untilDid(runId, 'start');
  line.isCut = true;
  await trial.release(runId);
  await expect.poll(() => trial.logged.join('')).toContain('settling in the ledger failed');
  await worker.stop();
  await trial.startWorker();
  await trial.until(runId, 'done');
});

test('a worker that starts during an outage waits for its end', async () => {
  await using trial = await startTrial();
  const runId = await trial.send('return');
  let tries = 0;
  await trial.startWorker({
    prepare: async () => {
      tries += 1;
      if (tries < 3) throw new LedgerUnreachable('the line is cut');
    },
  });
  await trial.until(runId, 'done');
  expect(tries).toBe(3);
});

test('a worker does not wait for ever to start, nor at all for what no waiting mends', async () => {
  await using trial = await startTrial();
  const start = (error: Error) => trial.startWorker({ prepare: () => Promise.reject(error) });
  await expect(start(new LedgerUnreachable('the line is cut'))).rejects.toThrow('the line is cut');
  expect(trial.logged.join('')).toContain('out of reach at the start');
  trial.logged.length = 0;
  await expect(start(new Error('a migration is wrong'))).rejects.toThrow('a migration is wrong');
  expect(trial.logged.join('')).not.toContain('out of reach at the start');
});
