import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { delivery, type LedgerTrial, tryLedger } from '../test/ledger-trial.ts';
import type { ClaimRequest } from './ledger.ts';

let trial: LedgerTrial;
beforeAll(async () => {
  trial = await tryLedger();
});
afterAll(() => trial.drop());

const secret = 'Jane Roe, 1 High Street';
const failure = { error: { name: 'Error', message: secret, stack: secret }, delaySeconds: 0 };
const reference = 's3://claim-checks/claim-checks/1?versionId=v1';

/** A delivery full of what is to be forgotten. */
const personal = (given: Partial<ClaimRequest> = {}) =>
  delivery({
    id: `${secret} ${crypto.randomUUID()}`,
    input: { name: secret },
    idempotencyKey: `${secret} ${crypto.randomUUID()}`,
    dataDigest: 'digest of the person',
    group: 'the person',
    ...given,
  });

/** Everything that the ledger's tables hold of the runs, as text. */
async function everything(...runIds: string[]): Promise<string> {
  const tables = ['run', 'run_attempt', 'run_message', 'run_alias', 'run_status'];
  const rows = await Promise.all([
    ...tables.map((table) => trial.pool.query(`SELECT * FROM ${table} WHERE run_id = ANY ($1)`, [runIds])),
    trial.pool.query('SELECT * FROM run_family WHERE parent_run_id = ANY ($1)', [runIds]),
  ]);
  return JSON.stringify(rows.map((one) => one.rows));
}

const expectForgotten = async (...runIds: string[]) => {
  const text = await everything(...runIds);
  for (const held of [secret, 'the person', 'digest of']) expect(text).not.toContain(held);
};

describe('a run that is forgotten', () => {
  test('keeps its state, its times and its counts, and nothing of what it was sent or answered', async () => {
    const [done, dead] = [personal(), personal()];
    await trial.ledger.retry(await trial.lease(done), failure);
    const lease = await trial.lease(done);
    await trial.ledger.progress(lease, { done: 1, message: secret });
    await trial.ledger.complete(lease, { letter: secret });
    await trial.ledger.die(await trial.lease(dead), { reason: secret, error: failure.error });
    expect(await everything(done.runId, dead.runId)).toContain(secret);
    for (const { runId } of [done, dead]) {
      const before = await trial.ledger.status(runId);
      expect(await trial.ledger.forgetRun(runId)).toEqual({ runs: 1, claimChecks: 0 });
      const { progress: _, result: _result, error: _error, ...counts } = before;
      expect(await trial.ledger.status(runId)).toEqual({ ...counts, forgottenAt: expect.any(Date) });
    }
    await expectForgotten(done.runId, dead.runId);
    expect(await trial.attempts(done.runId)).toMatchObject([{ outcome: 'failed' }, { outcome: 'done' }]);
  });

  test('is cancelled if it has not ended, and its attempt can write nothing any more', async () => {
    const [running, waiting] = [personal(), personal()];
    const lease = await trial.lease(running);
    await trial.ledger.retry(await trial.lease(waiting), failure);
    for (const { runId } of [running, waiting]) {
      await trial.ledger.forgetRun(runId);
      expect(await trial.ledger.status(runId)).toMatchObject({ state: 'cancelled' });
    }
    expect(await trial.ledger.renew([lease], 60)).toEqual(new Map([[running.runId, 'cancelled']]));
    await trial.ledger.progress(lease, { done: 1, message: secret });
    expect(await trial.ledger.complete(lease, secret)).toEqual({ settled: false });
    expect(await trial.ledger.die(lease, { reason: secret })).toEqual({ settled: false });
    await expect(trial.ledger.addChildren(lease, [delivery()])).rejects.toThrow('taken over or cancelled');
    await expectForgotten(running.runId, waiting.runId);
    expect(await trial.attempts(running.runId)).toMatchObject([{ outcome: 'cancelled', ended: true }]);
  });

  test('is neither worked on nor written down again, however its message comes back', async () => {
    const [unseen, done, dead] = [personal(), personal(), personal()];
    await trial.ledger.complete(await trial.lease(done), {});
    await trial.ledger.die(await trial.lease(dead), { reason: 'no use' });
    for (const message of [unseen, done, dead]) {
      await trial.ledger.forgetRun(message.runId);
      for (const sqsMessageId of [message.sqsMessageId, 'sent back'])
        expect(await trial.ledger.claim({ ...message, sqsMessageId })).toEqual({
          runId: message.runId,
          outcome: 'cancelled',
          dueFollowUps: [],
        });
      expect(await trial.ledger.dueReply(message)).toBeUndefined();
    }
    await expectForgotten(unseen.runId, done.runId, dead.runId);
  });

  test('is still known by its idempotency key, with whatever data', async () => {
    const first = personal();
    await trial.ledger.complete(await trial.lease(first), {});
    const { idempotencyKey = '' } = first;
    const second = personal({ idempotencyKey });
    await trial.ledger.claim(second);
    await trial.ledger.forgetRun(second.runId);
    const third = personal({ idempotencyKey, dataDigest: 'other data' });
    expect(await trial.ledger.claim(third)).toMatchObject({ outcome: 'cancelled', runId: first.runId });
    await expectForgotten(first.runId, second.runId, third.runId);
  });

  test('takes its children with it, and theirs, but not its parent', async () => {
    const [root, parent, child, grandchild] = [personal(), personal(), personal(), personal()];
    const rootLease = await trial.lease(root);
    await trial.ledger.addChildren(rootLease, [parent]);
    const lease = await trial.lease(parent);
    await trial.ledger.addChildren(lease, [child]);
    await trial.ledger.setFollowUp(lease, { task: 'property-report', input: { name: secret } });
    await trial.ledger.addChildren(await trial.lease(child), [grandchild]);
    await trial.ledger.complete(lease, {});
    expect(await trial.ledger.forgetRun(parent.runId)).toEqual({ runs: 3, claimChecks: 0 });
    await expectForgotten(parent.runId, child.runId, grandchild.runId);
    expect(await trial.ledger.dueFollowUps(parent.runId)).toEqual([]);
    expect(await trial.ledger.status(root.runId)).toMatchObject({
      state: 'running',
      children: { waiting: 0, done: 1, dead: 0, cancelled: 0 },
    });
    expect(await everything(root.runId)).toContain(secret);
  });

  test('once is forgotten; claim checks are told until they are deleted', async () => {
    const message = personal();
    await trial.ledger.complete(await trial.lease(message), {});
    for (const _ of [1, 2]) await trial.ledger.recordClaimCheck(message.runId, reference);
    expect(await trial.ledger.forgetRun(message.runId)).toEqual({ runs: 1, claimChecks: 1 });
    expect(await trial.ledger.forgetRun(message.runId)).toEqual({ runs: 0, claimChecks: 1 });
  });
});

describe('a sender who is forgotten', () => {
  test('takes along all runs of its groups and no others', async () => {
    const group = crypto.randomUUID();
    const messages = Array.from({ length: 12 }, () => personal({ group }));
    const other = personal({ group: crypto.randomUUID() });
    const leases = await Promise.all([...messages, other].map(trial.lease));
    await trial.ledger.complete(leases[0] ?? { runId: '', token: 0 }, { letter: secret });
    await trial.pool.query('SELECT forget_groups($1, 5)', [[group]]);
    expect((await trial.pool.query('SELECT FROM run WHERE message_group = $1', [group])).rowCount).toBe(7);
    expect(await trial.ledger.forgetGroups([group, 'nobody'])).toEqual({ runs: 7, claimChecks: 0 });
    expect(await trial.ledger.forgetGroups([group])).toEqual({ runs: 0, claimChecks: 0 });
    await expectForgotten(...messages.map(({ runId }) => runId));
    expect(await everything(other.runId)).toContain(secret);
  });

  test('is forgotten whole while its runs are claimed, renewed, settled and cancelled', async () => {
    const group = crypto.randomUUID();
    const parent = personal();
    const parentLease = await trial.lease(parent);
    const messages = Array.from({ length: 60 }, () => personal({ group }));
    await trial.ledger.addChildren(parentLease, messages);
    const leases = await Promise.all(messages.map(trial.lease));
    const forgetting = (async () => {
      let runs = 0;
      while (runs < messages.length) runs += (await trial.ledger.forgetGroups([group])).runs;
    })();
    const working = leases.map(async (lease, index) => {
      await trial.ledger.renew(leases.slice(index), 60);
      if (index % 3 === 0) await trial.ledger.cancel(lease.runId);
      else await trial.ledger.complete(lease, { letter: secret });
      await trial.ledger.claim(messages[index] as ClaimRequest);
    });
    await Promise.all([forgetting, ...working]);
    await expectForgotten(...messages.map(({ runId }) => runId));
    const { children } = await trial.ledger.status(parent.runId);
    expect(children).toMatchObject({ waiting: 0, dead: 0 });
    expect((children?.done ?? 0) + (children?.cancelled ?? 0)).toBe(messages.length);
  });
});
