import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { delivery, type LedgerTrial, tryLedger } from '../test/ledger-trial.ts';
import type { ChildRun, ClaimRequest, Lease } from './ledger.ts';

let trial: LedgerTrial;
beforeAll(async () => {
  trial = await tryLedger();
});
afterAll(() => trial.drop());

const followUp = { task: 'property-report', input: { landlordId: 'L-1' } };
const asChild = ({ runId, task, source, id, input }: ClaimRequest): ChildRun => ({
  runId,
  task,
  source,
  id,
  input,
});
const counts = async (runId: string) => (await trial.ledger.status(runId)).children;

async function family(
  size: number,
): Promise<{ parent: ClaimRequest; lease: Lease; children: ClaimRequest[] }> {
  const parent = delivery();
  const lease = await trial.lease(parent);
  const children = Array.from({ length: size }, () => delivery({ task: 'property-report' }));
  await trial.ledger.addChildren(lease, children.map(asChild));
  return { parent, lease, children };
}

async function finish(child: ClaimRequest) {
  return trial.ledger.complete(await trial.lease(child), {});
}

describe('children', () => {
  test('are open and counted before their messages come', async () => {
    const { parent, children } = await family(2);
    expect(await counts(parent.runId)).toEqual({ waiting: 2, done: 0, dead: 0, cancelled: 0 });
    for (const child of children) {
      expect(await trial.ledger.status(child.runId)).toMatchObject({
        state: 'open',
        task: 'property-report',
      });
    }
  });

  test('that an earlier attempt added are not counted again', async () => {
    const { parent, lease, children } = await family(2);
    await finish(children[0] as ClaimRequest);
    const more = delivery();
    await trial.ledger.addChildren(lease, [...children, more].map(asChild));
    expect(await counts(parent.runId)).toEqual({ waiting: 2, done: 1, dead: 0, cancelled: 0 });
  });

  test('are counted by how they end', async () => {
    const { parent, children } = await family(4);
    const [done, dead, cancelled, retried] = children as [
      ClaimRequest,
      ClaimRequest,
      ClaimRequest,
      ClaimRequest,
    ];
    await finish(done);
    await trial.ledger.die(await trial.lease(dead), { reason: 'no use' });
    await trial.lease(cancelled);
    await trial.ledger.cancel(cancelled.runId);
    await trial.ledger.retry(await trial.lease(retried), {
      error: { name: 'Error', message: 'no luck' },
      delaySeconds: 0,
    });
    expect(await counts(parent.runId)).toEqual({ waiting: 1, done: 1, dead: 1, cancelled: 1 });
  });

  test('that kill their worker are counted as dead, and a redrive corrects the count', async () => {
    const { parent, children } = await family(1);
    const child = children[0] as ClaimRequest;
    for (let attempt = 1; attempt <= 3; attempt += 1) {
      await trial.lease(child);
      await trial.loseWorker(child.runId);
    }
    expect(await trial.ledger.claim(child)).toMatchObject({ outcome: 'dead' });
    expect(await counts(parent.runId)).toEqual({ waiting: 0, done: 0, dead: 1, cancelled: 0 });
    const lease = await trial.lease({ ...child, sqsMessageId: 'redriven' });
    expect(await counts(parent.runId)).toEqual({ waiting: 1, done: 0, dead: 0, cancelled: 0 });
    await trial.ledger.complete(lease, {});
    expect(await counts(parent.runId)).toEqual({ waiting: 0, done: 1, dead: 0, cancelled: 0 });
  });

  test('that end all at once are counted right', async () => {
    const { parent, children } = await family(20);
    await Promise.all(children.map(finish));
    expect(await counts(parent.runId)).toEqual({ waiting: 0, done: 20, dead: 0, cancelled: 0 });
  });

  test('of an attempt that was overtaken are refused', async () => {
    const parent = delivery();
    const late = await trial.lease(parent);
    await trial.loseWorker(parent.runId);
    await trial.lease(parent);
    await expect(trial.ledger.addChildren(late, [asChild(delivery())])).rejects.toMatchObject({
      name: 'LeaseLost',
    });
    await expect(trial.ledger.setFollowUp(late, followUp)).rejects.toMatchObject({ name: 'LeaseLost' });
    await trial.ledger.addChildren(late, []);
    expect(await counts(parent.runId)).toBeUndefined();
  });
});

describe('a follow-up', () => {
  const due = (parent: ClaimRequest) => [{ parentRunId: parent.runId, ...followUp }];

  test('is due by the last child that ends', async () => {
    const { parent, lease, children } = await family(2);
    await trial.ledger.setFollowUp(lease, followUp);
    expect(await trial.ledger.complete(lease, {})).toEqual({ settled: true, dueFollowUps: [] });
    expect(await finish(children[0] as ClaimRequest)).toEqual({ settled: true, dueFollowUps: [] });
    expect(await finish(children[1] as ClaimRequest)).toEqual({ settled: true, dueFollowUps: due(parent) });
  });

  test('is due by the parent if its children were faster, or if it has none', async () => {
    const fast = await family(1);
    await trial.ledger.setFollowUp(fast.lease, followUp);
    expect(await finish(fast.children[0] as ClaimRequest)).toEqual({ settled: true, dueFollowUps: [] });
    expect(await trial.ledger.complete(fast.lease, {})).toEqual({
      settled: true,
      dueFollowUps: due(fast.parent),
    });
    const childless = await family(0);
    await trial.ledger.setFollowUp(childless.lease, followUp);
    const { settled } = await trial.ledger.completeWith(childless.lease, async () => ({}));
    expect(settled).toEqual({ settled: true, dueFollowUps: due(childless.parent) });
  });

  test('is told again to a redelivery until it is recorded as sent, and never after', async () => {
    const { parent, lease, children } = await family(1);
    const child = children[0] as ClaimRequest;
    await trial.ledger.setFollowUp(lease, followUp);
    await trial.ledger.complete(lease, {});
    await finish(child);
    expect(await trial.ledger.claim(child)).toMatchObject({ outcome: 'done', dueFollowUps: due(parent) });
    expect(await trial.ledger.claim(parent)).toMatchObject({ outcome: 'done', dueFollowUps: due(parent) });
    await trial.ledger.recordFollowUpSent(parent.runId);
    expect(await trial.ledger.claim(child)).toMatchObject({ outcome: 'done', dueFollowUps: [] });
    expect(await trial.ledger.dueFollowUps(parent.runId)).toEqual([]);
  });

  test('is also due by a child that died or was cancelled', async () => {
    const { parent, lease, children } = await family(2);
    const [dead, cancelled] = children as [ClaimRequest, ClaimRequest];
    await trial.ledger.setFollowUp(lease, followUp);
    await trial.ledger.complete(lease, {});
    await trial.ledger.cancel(cancelled.runId);
    expect(await trial.ledger.die(await trial.lease(dead), { reason: 'no use' })).toMatchObject({
      dueFollowUps: due(parent),
    });
    expect(await trial.ledger.claim(dead)).toMatchObject({ outcome: 'dead', dueFollowUps: due(parent) });
    expect(await trial.ledger.claim(cancelled)).toMatchObject({ dueFollowUps: due(parent) });
    expect(await trial.ledger.dueFollowUps(cancelled.runId)).toEqual(due(parent));
  });

  test('is not due of a parent that died', async () => {
    const { lease, children } = await family(1);
    await trial.ledger.setFollowUp(lease, followUp);
    await trial.ledger.die(lease, { reason: 'no use' });
    expect(await finish(children[0] as ClaimRequest)).toEqual({ settled: true, dueFollowUps: [] });
  });

  test('is not sent again when a child is redriven', async () => {
    const { parent, lease, children } = await family(1);
    const child = children[0] as ClaimRequest;
    await trial.ledger.setFollowUp(lease, followUp);
    await trial.ledger.complete(lease, {});
    await trial.ledger.die(await trial.lease(child), { reason: 'no use' });
    await trial.ledger.recordFollowUpSent(parent.runId);
    expect(await finish({ ...child, sqsMessageId: 'redriven' })).toEqual({ settled: true, dueFollowUps: [] });
  });

  test('of a run and one of its parent can be due by the same end', async () => {
    const { parent, lease, children } = await family(1);
    const child = children[0] as ClaimRequest;
    await trial.ledger.setFollowUp(lease, followUp);
    await trial.ledger.complete(lease, {});
    const childLease = await trial.lease(child);
    await trial.ledger.setFollowUp(childLease, followUp);
    const settled = await trial.ledger.complete(childLease, {});
    expect(settled).toHaveProperty('dueFollowUps', expect.arrayContaining([...due(parent), ...due(child)]));
  });

  test('is due at least once when parent and children end at the same moment', async () => {
    for (let round = 0; round < 10; round += 1) {
      const { lease, children } = await family(3);
      await trial.ledger.setFollowUp(lease, followUp);
      const settled = await Promise.all([trial.ledger.complete(lease, {}), ...children.map(finish)]);
      expect(settled.flatMap((one) => (one.settled ? one.dueFollowUps : [])).length).toBeGreaterThan(0);
    }
  });
});
