import { afterAll, beforeAll, expect, test } from 'vitest';
import { delivery, type LedgerTrial, tryLedger } from '../test/ledger-trial.ts';

let trial: LedgerTrial;
beforeAll(async () => {
  trial = await tryLedger();
});
afterAll(() => trial.drop());

test('one call renews what stands and tells what does not', async () => {
  const [standing, overtaken, cancelled, done] = [delivery(), delivery(), delivery(), delivery()];
  const leases = await Promise.all([standing, overtaken, cancelled, done].map(trial.lease));
  await trial.loseWorker(overtaken.runId);
  await trial.lease(overtaken);
  await trial.ledger.cancel(cancelled.runId);
  await trial.ledger.complete(leases[3] ?? { runId: '', token: 0 }, {});
  const unknown = { runId: crypto.randomUUID(), token: 1 };
  expect(await trial.ledger.renew([...leases, unknown], 90)).toEqual(
    new Map([
      [standing.runId, 'renewed'],
      [overtaken.runId, 'lost'],
      [cancelled.runId, 'cancelled'],
      [done.runId, 'lost'],
      [unknown.runId, 'lost'],
    ]),
  );
  expect(await trial.ledger.claim(standing)).toMatchObject({ outcome: 'held', forSeconds: 90 });
});

test('a lease whose time ran out is renewed while nobody has taken over', async () => {
  const message = delivery();
  const lease = await trial.lease(message);
  await trial.loseWorker(message.runId);
  await trial.ledger.renew([lease], 60);
  expect(await trial.ledger.claim(message)).toMatchObject({ outcome: 'held' });
});

test('nothing is asked of no leases', async () => {
  expect(await trial.ledger.renew([], 60)).toEqual(new Map());
});
