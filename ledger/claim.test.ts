import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { delivery, type LedgerTrial, tryLedger } from '../test/ledger-trial.ts';

let trial: LedgerTrial;
beforeAll(async () => {
  trial = await tryLedger();
});
afterAll(() => trial.drop());

const failure = { error: { name: 'Error', message: 'no luck' }, delaySeconds: 0 };

describe('a message', () => {
  test('that nobody has heard of begins a run with its first attempt', async () => {
    const message = delivery();
    expect(await trial.ledger.claim(message)).toEqual({
      runId: message.runId,
      outcome: 'claimed',
      lease: { runId: message.runId, token: 1 },
      attempt: 1,
      redriven: false,
      dueFollowUps: [],
    });
    expect(await trial.attempts(message.runId)).toEqual([
      { number: 1, worker: 'worker-a', outcome: null, ended: null },
    ]);
  });

  test('that is delivered many times at once is claimed once', async () => {
    const message = delivery();
    const claims = await Promise.all(Array.from({ length: 20 }, () => trial.ledger.claim(message)));
    expect(claims.filter(({ outcome }) => outcome === 'claimed')).toHaveLength(1);
    expect(claims.filter(({ outcome }) => outcome === 'held')).toHaveLength(19);
  });

  test('that is delivered again while a lease lives is held until its end', async () => {
    const message = delivery({ leaseSeconds: 40 });
    await trial.lease(message);
    const again = await trial.ledger.claim(message);
    expect(again).toMatchObject({ outcome: 'held' });
    expect(again).toHaveProperty('forSeconds', 40);
  });

  test('whose run is done is told the result', async () => {
    const message = delivery();
    await trial.ledger.complete(await trial.lease(message), { loaded: 3 });
    expect(await trial.ledger.claim(message)).toMatchObject({ outcome: 'done', result: { loaded: 3 } });
  });

  test('whose attempt failed waits until its delay is over and is then tried again', async () => {
    const message = delivery();
    await trial.ledger.retry(await trial.lease(message), { ...failure, delaySeconds: 30 });
    expect(await trial.ledger.claim(message)).toMatchObject({ outcome: 'waiting', forSeconds: 30 });
    await trial.makeDue(message.runId);
    expect(await trial.ledger.claim(message)).toMatchObject({ outcome: 'claimed', attempt: 2 });
  });

  test('that was handed back does not count', async () => {
    const message = delivery();
    await trial.ledger.giveBack(await trial.lease(message), { reason: 'SIGTERM', delaySeconds: 0 });
    expect(await trial.ledger.claim(message)).toMatchObject({ attempt: 1, lease: { token: 2 } });
    expect(await trial.attempts(message.runId)).toMatchObject([
      { outcome: 'handed-back' },
      { outcome: null },
    ]);
  });
});

describe('an attempt that vanished', () => {
  test('counts, and the next worker takes over', async () => {
    const message = delivery();
    await trial.lease(message);
    await trial.loseWorker(message.runId);
    expect(await trial.ledger.claim({ ...message, worker: 'worker-b' })).toMatchObject({ attempt: 2 });
    expect(await trial.attempts(message.runId)).toMatchObject([
      { worker: 'worker-a', outcome: 'vanished' },
      { worker: 'worker-b', outcome: null },
    ]);
  });

  test('for the third time makes the run dead, and the dead letter can be finished after a crash', async () => {
    const message = delivery();
    for (let attempt = 1; attempt <= 3; attempt += 1) {
      await trial.lease(message);
      await trial.loseWorker(message.runId);
    }
    const dead = { outcome: 'dead', reason: expect.stringContaining('kills its worker'), attempts: 3 };
    expect(await trial.ledger.claim(message)).toMatchObject({ ...dead, deadLetterSent: false });
    expect(await trial.ledger.claim(message)).toMatchObject({ ...dead, deadLetterSent: false });
    await trial.ledger.recordDeadLetterSent(message.runId);
    expect(await trial.ledger.claim(message)).toMatchObject({ ...dead, deadLetterSent: true });
    expect((await trial.attempts(message.runId)).map(({ outcome }) => outcome)).toEqual([
      'vanished',
      'vanished',
      'vanished',
    ]);
  });

  test('makes the run a suspect, which is only told of to whoever does not want it', async () => {
    const message = delivery();
    const careful = { ...message, worker: 'worker-b', leaveSuspects: true };
    await trial.lease(message);
    await trial.loseWorker(message.runId);
    expect(await trial.ledger.claim(careful)).toMatchObject({ outcome: 'suspect' });
    expect(await trial.ledger.claim(careful)).toMatchObject({ outcome: 'suspect' });
    expect(await trial.attempts(message.runId)).toMatchObject([{ outcome: 'vanished' }]);
    expect(await trial.ledger.status(message.runId)).toMatchObject({ state: 'open', attempts: 1 });
    const claim = await trial.ledger.claim({ ...careful, leaveSuspects: false });
    expect(claim).toMatchObject({ outcome: 'claimed', attempt: 2 });
    expect(await trial.ledger.claim(careful)).toMatchObject({ outcome: 'held' });
  });

  test('does not make the run dead together with one that failed or was handed back', async () => {
    const message = delivery();
    await trial.lease(message);
    await trial.loseWorker(message.runId);
    await trial.ledger.retry(await trial.lease(message), failure);
    await trial.ledger.giveBack(await trial.lease(message), { reason: 'Spot', delaySeconds: 0 });
    await trial.lease(message);
    await trial.loseWorker(message.runId);
    expect(await trial.ledger.claim(message)).toMatchObject({ outcome: 'claimed', attempt: 4 });
  });

  test('cannot settle any more', async () => {
    const message = delivery();
    const late = await trial.lease(message);
    await trial.loseWorker(message.runId);
    await trial.lease(message);
    expect(await trial.ledger.complete(late, {})).toEqual({ settled: false });
    expect(await trial.ledger.retry(late, failure)).toEqual({ settled: false });
    expect(await trial.ledger.giveBack(late, { reason: '', delaySeconds: 0 })).toEqual({ settled: false });
    expect(await trial.ledger.die(late, { reason: 'late' })).toEqual({ settled: false });
    await trial.ledger.progress(late, { done: 99 });
    expect(await trial.ledger.status(message.runId)).not.toHaveProperty('progress');
  });

  test('settles all the same while nobody has taken over', async () => {
    const message = delivery();
    const slow = await trial.lease(message);
    await trial.loseWorker(message.runId);
    expect(await trial.ledger.complete(slow, {})).toMatchObject({ settled: true });
  });
});

describe('a dead run', () => {
  const die = async (message = delivery()) => {
    await trial.ledger.die(await trial.lease(message), {
      reason: 'it cannot be read',
      error: { name: 'UnreadableMessage', message: 'no JSON', stack: 'at …' },
    });
    return message;
  };

  test('stays dead under every message id it was seen under', async () => {
    const message = delivery();
    const lease = await trial.lease(message);
    await trial.ledger.claim({ ...message, sqsMessageId: 'sent-twice' });
    await trial.ledger.die(lease, { reason: 'it cannot be read' });
    for (const sqsMessageId of [message.sqsMessageId, 'sent-twice']) {
      expect(await trial.ledger.claim({ ...message, sqsMessageId })).toMatchObject({
        outcome: 'dead',
        reason: 'it cannot be read',
        attempts: 1,
      });
    }
  });

  test('gives back the error it died of', async () => {
    const message = await die();
    expect(await trial.ledger.claim(message)).toMatchObject({
      error: { name: 'UnreadableMessage', message: 'no JSON', stack: 'at …' },
    });
  });

  test('is reopened with fresh attempts under another message id', async () => {
    const message = await die();
    await trial.ledger.recordDeadLetterSent(message.runId);
    const redrive = { ...message, sqsMessageId: 'redriven', input: { landlordId: 'L-2' } };
    expect(await trial.ledger.claim(redrive)).toMatchObject({
      outcome: 'claimed',
      attempt: 1,
      redriven: true,
    });
    expect(await trial.ledger.status(message.runId)).toMatchObject({ state: 'running', attempts: 2 });
    const { rows } = await trial.pool.query('SELECT input FROM run WHERE run_id = $1', [message.runId]);
    expect(rows).toEqual([{ input: { landlordId: 'L-2' } }]);
  });

  test('that dies again needs a new dead letter and yet another id', async () => {
    const message = await die();
    await trial.ledger.recordDeadLetterSent(message.runId);
    const redrive = { ...message, sqsMessageId: 'redriven-1' };
    await trial.ledger.die(await trial.lease(redrive), { reason: 'again' });
    expect(await trial.ledger.claim(redrive)).toMatchObject({ reason: 'again', deadLetterSent: false });
    expect(await trial.ledger.claim(message)).toMatchObject({ outcome: 'dead' });
    expect(await trial.ledger.claim({ ...message, sqsMessageId: 'redriven-2' })).toMatchObject({
      attempt: 1,
    });
  });

  test('that killed its workers has three new attempts to vanish after a redrive', async () => {
    const message = delivery();
    for (const sqsMessageId of ['first', 'back']) {
      for (let times = 1; times <= 3; times += 1) {
        await trial.lease({ ...message, sqsMessageId });
        await trial.loseWorker(message.runId);
      }
      expect(await trial.ledger.claim({ ...message, sqsMessageId })).toMatchObject({ outcome: 'dead' });
    }
  });
});
