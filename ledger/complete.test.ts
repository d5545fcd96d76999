import { afterAll, beforeAll, beforeEach, expect, test } from 'vitest';
import { delivery, type LedgerTrial, tryLedger } from '../test/ledger-trial.ts';
import type { Transaction } from './ledger.ts';

let trial: LedgerTrial;
beforeAll(async () => {
  trial = await tryLedger();
  await trial.pool.query('CREATE TABLE effect (what text)');
});
afterAll(() => trial.drop());
beforeEach(async () => {
  await trial.pool.query('DELETE FROM effect');
});

const have = async (what: string, transaction: Transaction) => {
  await transaction.query('INSERT INTO effect VALUES ($1)', [what]);
  return { loaded: 1 };
};
const effects = async () =>
  (await trial.pool.query('SELECT what FROM effect ORDER BY what')).rows.map(({ what }) => what);

test('work and completion are one commit', async () => {
  const message = delivery();
  const lease = await trial.lease(message);
  const completed = await trial.ledger.completeWith(lease, (transaction) => have('once', transaction));
  expect(completed).toEqual({ result: { loaded: 1 }, settled: { settled: true, dueFollowUps: [] } });
  expect(await trial.ledger.status(message.runId)).toMatchObject({ state: 'done', result: { loaded: 1 } });
  expect(await effects()).toEqual(['once']);
});

test('work that fails leaves nothing behind and the run goes on', async () => {
  const message = delivery();
  const lease = await trial.lease(message);
  for (const work of [trial.ledger.transaction, trial.ledger.completeWith]) {
    await expect(
      work(lease, async (transaction) => {
        await have('half', transaction);
        throw new Error('the other half failed');
      }),
    ).rejects.toThrow('the other half failed');
  }
  expect(await effects()).toEqual([]);
  expect(await trial.ledger.complete(lease, {})).toMatchObject({ settled: true });
});

test('transactions commit while the lease stands, also when its time has run out', async () => {
  const message = delivery();
  const lease = await trial.lease(message);
  expect(await trial.ledger.transaction(lease, async (transaction) => have('a', transaction))).toEqual({
    loaded: 1,
  });
  await trial.loseWorker(message.runId);
  await trial.ledger.transaction(lease, async (transaction) => have('b', transaction));
  expect(await effects()).toEqual(['a', 'b']);
});

test('an attempt that is overtaken or cancelled in the middle of its work commits nothing', async () => {
  for (const overtake of [
    async (message: ReturnType<typeof delivery>) => {
      await trial.loseWorker(message.runId);
      await trial.lease(message);
    },
    (message: ReturnType<typeof delivery>) => trial.ledger.cancel(message.runId),
  ]) {
    for (const way of ['transaction', 'completeWith'] as const) {
      const message = delivery();
      const lease = await trial.lease(message);
      await expect(
        trial.ledger[way](lease, async (transaction) => {
          await have('late', transaction);
          await overtake(message);
          return {};
        }),
      ).rejects.toMatchObject({ name: 'LeaseLost' });
    }
  }
  expect(await effects()).toEqual([]);
});

test('a lease is renewed while a long transaction of its own attempt is open', async () => {
  const message = delivery();
  const lease = await trial.lease(message);
  await trial.ledger.completeWith(lease, async (transaction) => {
    await have('long', transaction);
    expect(await trial.ledger.renew([lease], 60)).toEqual(new Map([[message.runId, 'renewed']]));
    await trial.ledger.progress(lease, { done: 1 });
    return {};
  });
  expect(await effects()).toEqual(['long']);
});

test('a late worker that finds the run done hears that it did not settle', async () => {
  const message = delivery();
  const lease = await trial.lease(message);
  await trial.ledger.complete(lease, { first: true });
  expect(await trial.ledger.complete(lease, { second: true })).toEqual({ settled: false });
  expect(await trial.ledger.status(message.runId)).toMatchObject({ result: { first: true } });
});
