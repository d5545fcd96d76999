import { afterAll, beforeAll, expect, test } from 'vitest';
import { delivery, type LedgerTrial, tryLedger } from '../test/ledger-trial.ts';
import type { Claim } from './ledger.ts';

let trial: LedgerTrial;
beforeAll(async () => {
  trial = await tryLedger();
});
afterAll(() => trial.drop());

const count = async (sql: string) => Number((await trial.pool.query(sql)).rows[0].count);
const leaseOf = (claim: Claim | undefined) => {
  if (claim?.outcome !== 'claimed') throw new Error(`not claimed but ${claim?.outcome}`);
  return claim.lease;
};

test('of messages that come at once each run is claimed once, and each keeps its own message', async () => {
  const messages = Array.from({ length: 150 }, (_, index) =>
    delivery({ input: { index }, group: `g${index}` }),
  );
  const again = messages.slice(0, 50).map((message) => ({ ...message, sqsMessageId: `${message.id} again` }));
  const claims = await Promise.all([...messages, ...again].map((message) => trial.ledger.claim(message)));
  expect(claims.slice(0, 150).map(({ outcome }) => outcome)).toEqual(Array(150).fill('claimed'));
  expect(claims.slice(150).map(({ outcome }) => outcome)).toEqual(Array(50).fill('held'));
  const { rows } = await trial.pool.query('SELECT run_id, input, message_group, sent_at FROM run');
  for (const message of messages) {
    expect(rows).toContainEqual({
      run_id: message.runId,
      input: message.input,
      message_group: message.group,
      sent_at: message.sentAt,
    });
  }
  expect(await count("SELECT count(*) FROM run_attempt WHERE number = 1 AND worker = 'worker-a'")).toBe(150);
  expect(await count('SELECT count(*) FROM run_message')).toBe(200);
});

test('ends that come at once keep each its own result, and leases that do not stand settle nothing', async () => {
  const messages = Array.from({ length: 120 }, () => delivery());
  const claims = await Promise.all(messages.map((message) => trial.ledger.claim(message)));
  const leases = claims.map(leaseOf);
  const old = leases.map(({ runId, token }) => ({ runId, token: token - 1 }));
  const settled = await Promise.all(
    [...leases, ...old].map((lease, index) => trial.ledger.complete(lease, { index })),
  );
  expect(settled.slice(0, 120)).toEqual(Array(120).fill({ settled: true, dueFollowUps: [] }));
  expect(settled.slice(120)).toEqual(Array(120).fill({ settled: false }));
  const found = await Promise.all(messages.map(({ runId }) => trial.ledger.status(runId)));
  expect(found).toMatchObject(messages.map((_, index) => ({ state: 'done', result: { index } })));
  expect(await trial.attempts(messages[0]?.runId ?? '')).toMatchObject([{ outcome: 'done', ended: true }]);
});

test('children that end at once with others are counted, and their parent’s follow-up becomes due', async () => {
  const parent = await trial.lease(delivery());
  const children = Array.from({ length: 30 }, () => delivery());
  await trial.ledger.addChildren(parent, children);
  await trial.ledger.setFollowUp(parent, { task: 'property-upload', input: 1 });
  await trial.ledger.complete(parent, 'planned');
  const strangers = Array.from({ length: 30 }, () => delivery());
  const claims = await Promise.all([...children, ...strangers].map((message) => trial.ledger.claim(message)));
  const settled = await Promise.all(claims.map((claim) => trial.ledger.complete(leaseOf(claim), 'ok')));
  const due = settled.flatMap((each) => (each.settled ? each.dueFollowUps : []));
  expect(due).toContainEqual({ parentRunId: parent.runId, task: 'property-upload', input: 1 });
  expect(await trial.ledger.status(parent.runId)).toMatchObject({ children: { waiting: 0, done: 30 } });
});

test('an end whose run somebody has locked waits for that one, and keeps no other waiting', async () => {
  const [locked, ...free] = await Promise.all(Array.from({ length: 20 }, () => trial.lease(delivery())));
  const holder = await trial.pool.connect();
  await holder.query('BEGIN');
  await holder.query('SELECT FROM run WHERE run_id = $1 FOR UPDATE', [locked?.runId]);
  const [waiting, ...others] = [locked, ...free].map(
    async (lease) => lease && trial.ledger.complete(lease, 1),
  );
  expect(await Promise.all(others)).toEqual(Array(19).fill({ settled: true, dueFollowUps: [] }));
  await holder.query('COMMIT');
  holder.release();
  expect(await waiting).toEqual({ settled: true, dueFollowUps: [] });
});
