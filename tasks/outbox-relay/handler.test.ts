import { Client } from 'pg';
import { pino } from 'pino';
import { afterAll, afterEach, beforeAll, beforeEach, expect, test } from 'vitest';
import type { PreparedMessage } from '../../ledger/ledger.ts';
import { addToOutbox, transactionId } from '../../ledger/outbox.ts';
import type { Services } from '../../services/services.ts';
import { delivery, type LedgerTrial, tryLedger } from '../../test/ledger-trial.ts';
import handler from './handler.ts';
import { outboxRelay } from './task.ts';

let trial: LedgerTrial;
let webApplication: Client;
beforeAll(async () => {
  trial = await tryLedger();
});
afterAll(() => trial.drop());
beforeEach(async () => {
  webApplication = new Client({ connectionString: trial.url });
  await webApplication.connect();
  await webApplication.query('BEGIN');
});
afterEach(async () => {
  await webApplication.end();
  await trial.pool.query('DELETE FROM outbox');
});

const report = (landlordId: string): PreparedMessage => ({
  task: 'property-report',
  body: JSON.stringify({ landlordId }),
});

/** Leaves messages in the open transaction and answers its id. */
async function leave(...messages: PreparedMessage[]): Promise<string> {
  const id = await transactionId(webApplication);
  await addToOutbox(webApplication, { transactionId: id, messages });
  return id;
}

/** One attempt of the relay; answers what it returned and what it sent. */
async function relay(
  id: string,
  { sentAt = new Date(), refuse = false, signal = new AbortController().signal } = {},
) {
  const message = delivery({ task: outboxRelay.name, sentAt });
  const lease = await trial.lease(message);
  const sent: PreparedMessage[][] = [];
  const nothing = () => Promise.reject(new Error('The relay has no use for this'));
  const outcome = handler.work(
    { transactionId: id },
    {
      run: { id: lease.runId, attempt: 1, isLastAttempt: false, sentAt, source: message.source },
      services: {} as Services,
      signal,
      progress: () => undefined,
      log: pino({ enabled: false }),
      send: nothing,
      sendPrepared: async (messages) => {
        if (refuse) throw new Error('SQS is down');
        sent.push([...messages]);
      },
      followUp: nothing,
      transaction: nothing,
      complete: async (work) => (await trial.ledger.completeWith(lease, work)).result,
    },
  );
  return { sent, outcome, runId: lease.runId };
}
const left = async () => (await trial.pool.query('SELECT FROM outbox')).rowCount;

test('what a committed transaction left is sent in order, as it was written, a hundred at a time', async () => {
  const messages = Array.from({ length: 230 }, (_none, index) => report(`L-${index}`));
  const last = { ...report('last'), group: 'agents', delaySeconds: 30 };
  const id = await leave(...messages, last);
  await webApplication.query('COMMIT');
  const { outcome, sent, runId } = await relay(id);
  expect(await outcome).toEqual({ transaction: 'committed', sent: 231 });
  expect(sent.map(({ length }) => length)).toEqual([100, 100, 31]);
  expect(sent.flat()).toEqual([...messages, last]);
  expect(await left()).toBe(0);
  expect(await trial.ledger.status(runId)).toMatchObject({ state: 'done' });
});

test('an open transaction is asked again after as long as it is open, from half a minute to a quarter of an hour', async () => {
  const id = await leave(report('L-1'));
  for (const [openSeconds, seconds] of [
    [16, 30],
    [120, 120],
    [7200, 900],
  ] as const) {
    const { outcome, sent } = await relay(id, { sentAt: new Date(Date.now() - openSeconds * 1000) });
    const error = await outcome.catch((thrown) => thrown);
    expect(error).toMatchObject({ name: 'RetryAfter', message: `transaction ${id} is still open` });
    expect(error.seconds).toBeGreaterThanOrEqual(seconds);
    expect(error.seconds).toBeLessThan(seconds + 20);
    expect(sent).toEqual([]);
  }
});

test('of an aborted transaction nothing is sent', async () => {
  const id = await leave(report('L-1'));
  await webApplication.query('ROLLBACK');
  const { outcome, sent } = await relay(id);
  expect(await outcome).toEqual({ transaction: 'aborted', sent: 0 });
  expect(sent).toEqual([]);
});

test('a transaction whose connection was cut is an aborted one', async () => {
  const id = await leave(report('L-1'));
  webApplication.on('error', () => undefined);
  const { rows } = await webApplication.query('SELECT pg_backend_pid() AS pid');
  await trial.pool.query('SELECT pg_terminate_backend($1, 5000)', [rows[0].pid]);
  expect(await (await relay(id)).outcome).toEqual({ transaction: 'aborted', sent: 0 });
});

test('a transaction that has sent all by itself leaves nothing to do', async () => {
  const id = await leave();
  await webApplication.query('COMMIT');
  expect(await (await relay(id)).outcome).toEqual({ transaction: 'committed', sent: 0 });
});

test('one of which Postgres no longer knows has left only what is there', async () => {
  expect(await (await relay('0')).outcome).toEqual({ transaction: 'forgotten', sent: 0 });
});

test('what SQS does not take stays in the outbox, and the run is not done', async () => {
  const id = await leave(report('L-1'));
  await webApplication.query('COMMIT');
  const { outcome, runId } = await relay(id, { refuse: true });
  await expect(outcome).rejects.toThrow('SQS is down');
  expect(await left()).toBe(1);
  expect(await trial.ledger.status(runId)).toMatchObject({ state: 'running' });
});

test('a forged verdict is refused, for the worker may send what the web application may not', async () => {
  const id = await leave(report('L-1'), { task: 'virus-scan-result', body: '{}' });
  await webApplication.query('COMMIT');
  const { outcome, sent } = await relay(id);
  await expect(outcome).rejects.toMatchObject({ name: 'PermanentError', message: /virus-scan-result/ });
  expect(sent).toEqual([]);
  expect(await left()).toBe(2);
});

test('a relay that has to go sends no more', async () => {
  const id = await leave(report('L-1'));
  await webApplication.query('COMMIT');
  const { outcome, sent } = await relay(id, { signal: AbortSignal.abort(new Error('the worker stops')) });
  await expect(outcome).rejects.toThrow('the worker stops');
  expect(sent).toEqual([]);
});

test('what is no transaction id is no input of it', () => {
  for (const transactionId of ['', '-1', '1; DROP TABLE outbox', '9'.repeat(21)]) {
    expect(outboxRelay.input.safeParse({ transactionId }).success).toBe(false);
  }
});
