import { afterAll, beforeAll, expect, test } from 'vitest';
import { delivery, type LedgerTrial, tryLedger } from '../test/ledger-trial.ts';

let trial: LedgerTrial;
beforeAll(async () => {
  trial = await tryLedger();
});
afterAll(() => trial.drop());

let keys = 0;
const newKey = () => `order-${++keys}`;

test('a second message with the same key follows the first and never does the work', async () => {
  const idempotencyKey = newKey();
  const first = delivery({ idempotencyKey });
  const second = delivery({ idempotencyKey });
  const lease = await trial.lease(first);
  expect(await trial.ledger.claim(second)).toMatchObject({ outcome: 'held', runId: first.runId });
  await trial.ledger.complete(lease, { loaded: 1 });
  expect(await trial.ledger.claim(second)).toMatchObject({
    outcome: 'done',
    runId: first.runId,
    result: { loaded: 1 },
  });
  expect(await trial.ledger.status(second.runId)).toEqual({
    ...(await trial.ledger.status(first.runId)),
    runId: second.runId,
  });
});

test('of many messages with one key at once one is worked on', async () => {
  const idempotencyKey = newKey();
  const messages = Array.from({ length: 12 }, () => delivery({ idempotencyKey }));
  const claims = await Promise.all(messages.map((message) => trial.ledger.claim(message)));
  const claimed = claims.filter(({ outcome }) => outcome === 'claimed');
  expect(claimed).toHaveLength(1);
  expect(new Set(claims.map(({ runId }) => runId))).toEqual(new Set([claimed[0]?.runId]));
});

test('a message that shares a key takes over when the first one vanished', async () => {
  const idempotencyKey = newKey();
  const first = delivery({ idempotencyKey });
  await trial.lease(first);
  await trial.loseWorker(first.runId);
  expect(await trial.ledger.claim(delivery({ idempotencyKey }))).toMatchObject({
    outcome: 'claimed',
    lease: { runId: first.runId, token: 2 },
  });
});

test('a message that shares the key of a dead run and was seen before is given up with it', async () => {
  const idempotencyKey = newKey();
  const first = delivery({ idempotencyKey });
  const second = delivery({ idempotencyKey });
  const lease = await trial.lease(first);
  await trial.ledger.claim(second);
  await trial.ledger.die(lease, { reason: 'no use' });
  expect(await trial.ledger.claim(second)).toMatchObject({ outcome: 'dead', runId: first.runId });
  expect(await trial.ledger.claim(delivery({ idempotencyKey }))).toMatchObject({
    outcome: 'claimed',
    redriven: true,
    runId: first.runId,
  });
});

test('other data under a used key is a conflict that ends as a dead run of its own', async () => {
  const idempotencyKey = newKey();
  const first = delivery({ idempotencyKey });
  await trial.lease(first);
  const other = delivery({ idempotencyKey, dataDigest: 'digest-2' });
  const conflict = { runId: other.runId, reason: expect.stringContaining(first.runId) };
  expect(await trial.ledger.claim(other)).toMatchObject({ ...conflict, outcome: 'conflict' });
  expect(await trial.ledger.claim(other)).toMatchObject({
    ...conflict,
    outcome: 'dead',
    deadLetterSent: false,
  });
  await trial.ledger.recordDeadLetterSent(other.runId);
  expect(await trial.ledger.claim(other)).toMatchObject({ outcome: 'dead', deadLetterSent: true });
  expect(await trial.ledger.status(other.runId)).toMatchObject({ state: 'dead', attempts: 0 });
});

test('a conflict that is sent back is still one, until it comes under another key', async () => {
  const idempotencyKey = newKey();
  await trial.lease(delivery({ idempotencyKey }));
  const other = delivery({ idempotencyKey, dataDigest: 'digest-2' });
  await trial.ledger.claim(other);
  await trial.ledger.recordDeadLetterSent(other.runId);
  const back = { ...other, sqsMessageId: 'sent-back' };
  expect(await trial.ledger.claim(back)).toMatchObject({ outcome: 'conflict' });
  expect(await trial.ledger.claim(back)).toMatchObject({ outcome: 'dead', deadLetterSent: false });
  const corrected = { ...other, sqsMessageId: 'corrected', idempotencyKey: newKey() };
  expect(await trial.ledger.claim(corrected)).toMatchObject({ outcome: 'claimed', attempt: 1 });
  expect(
    await trial.ledger.claim(delivery({ ...corrected, id: 'another', runId: crypto.randomUUID() })),
  ).toMatchObject({ outcome: 'held', runId: other.runId });
});

test('the same key of another task is another key', async () => {
  const idempotencyKey = newKey();
  await trial.lease(delivery({ idempotencyKey }));
  const other = delivery({ idempotencyKey, task: 'property-report', dataDigest: 'digest-2' });
  expect(await trial.ledger.claim(other)).toMatchObject({ outcome: 'claimed' });
});

test('a key may be as long as an envelope allows and hold any character', async () => {
  const idempotencyKey = `${'\u{1f3e0}'.repeat(500)}\0\ud800`;
  const first = delivery({ idempotencyKey });
  await trial.lease(first);
  expect(await trial.ledger.claim(delivery({ idempotencyKey }))).toMatchObject({ runId: first.runId });
});

test('cancelling by the id of a message that shares a key cancels the run', async () => {
  const idempotencyKey = newKey();
  const first = delivery({ idempotencyKey });
  const second = delivery({ idempotencyKey });
  await trial.lease(first);
  await trial.ledger.claim(second);
  expect(await trial.ledger.cancel(second.runId)).toBe('cancelled');
  expect(await trial.ledger.claim(first)).toMatchObject({ outcome: 'cancelled' });
});
