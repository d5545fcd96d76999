import { afterAll, beforeAll, expect, test } from 'vitest';
import { delivery, type LedgerTrial, tryLedger } from '../test/ledger-trial.ts';

let trial: LedgerTrial;
beforeAll(async () => {
  trial = await tryLedger();
});
afterAll(() => trial.drop());

test('a run is cancelled before its message comes, and the message is not worked on', async () => {
  const message = delivery({ idempotencyKey: 'cancelled-early' });
  expect(await trial.ledger.cancel(message.runId)).toBe('cancelled');
  expect(await trial.ledger.status(message.runId)).toMatchObject({ state: 'cancelled', attempts: 0 });
  expect(await trial.ledger.claim(message)).toMatchObject({ outcome: 'cancelled' });
  expect(await trial.ledger.status(message.runId)).toMatchObject({
    state: 'cancelled',
    task: 'property-upload',
    sentAt: message.sentAt,
  });
  expect(await trial.ledger.claim(delivery({ idempotencyKey: 'cancelled-early' }))).toMatchObject({
    outcome: 'cancelled',
    runId: message.runId,
  });
});

test('a running attempt learns of it at its next renewal and can settle no more', async () => {
  const message = delivery();
  const lease = await trial.lease(message);
  expect(await trial.ledger.cancel(message.runId)).toBe('cancelled');
  expect(await trial.ledger.renew([lease], 60)).toEqual(new Map([[message.runId, 'cancelled']]));
  expect(await trial.ledger.complete(lease, {})).toEqual({ settled: false });
  expect(await trial.ledger.claim(message)).toMatchObject({ outcome: 'cancelled' });
  expect(await trial.attempts(message.runId)).toMatchObject([{ outcome: 'cancelled', ended: true }]);
});

test('a run that waits for its retry is cancelled', async () => {
  const message = delivery();
  await trial.ledger.retry(await trial.lease(message), {
    error: { name: 'Error', message: 'no luck' },
    delaySeconds: 600,
  });
  expect(await trial.ledger.cancel(message.runId)).toBe('cancelled');
  expect(await trial.ledger.claim(message)).toMatchObject({ outcome: 'cancelled' });
  const status = await trial.ledger.status(message.runId);
  expect(status).not.toHaveProperty('notBefore');
  expect(status).not.toHaveProperty('error');
});

test('a run that has ended stays as it is; cancelling twice is cancelling once', async () => {
  const done = delivery();
  await trial.ledger.complete(await trial.lease(done), {});
  expect(await trial.ledger.cancel(done.runId)).toBe('already-ended');
  const dead = delivery();
  await trial.ledger.die(await trial.lease(dead), { reason: 'no use' });
  expect(await trial.ledger.cancel(dead.runId)).toBe('already-ended');
  expect(await trial.ledger.cancel(crypto.randomUUID().toUpperCase())).toBe('cancelled');
  const twice = delivery();
  await Promise.all(Array.from({ length: 5 }, () => trial.ledger.cancel(twice.runId)));
  expect(await trial.ledger.cancel(twice.runId)).toBe('cancelled');
});

test('cancelling and claiming at once ends with a cancelled run whoever comes first', async () => {
  for (let round = 0; round < 10; round += 1) {
    const message = delivery();
    const [, claim] = await Promise.all([trial.ledger.cancel(message.runId), trial.ledger.claim(message)]);
    expect(['cancelled', 'claimed']).toContain(claim.outcome);
    expect(await trial.ledger.status(message.runId)).toMatchObject({ state: 'cancelled' });
  }
});
