import { expect, test } from 'vitest';
import type { Ledger } from '../ledger/ledger.ts';
import { formatEnvelope } from '../messages/envelope.ts';
import { runIdOf } from '../messages/run-id.ts';
import { startTrial } from '../test/worker/start-trial.ts';
import { briefTask } from '../test/worker/trial-tasks.ts';

test('a run whose last attempt ended without a word is dead, though nothing failed', async () => {
  await using trial = await startTrial();
  const identity = { type: 'brief', source: '/here', id: '1' };
  const runId = runIdOf(identity);
  const claim = {
    runId,
    task: 'brief',
    source: '/here',
    id: '1',
    worker: 'gone',
    sentAt: new Date(),
    input: {},
  };
  const vanish = { ...claim, sqsMessageId: 'first', leaseSeconds: 0.01, dataDigest: '' };
  for (let attempts = 0; attempts < briefTask.retry.attempts; attempts += 1) {
    await expect.poll(async () => (await trial.ledger.claim(vanish)).outcome).toBe('claimed');
  }
  await trial.sendRaw(
    formatEnvelope({ specversion: '1.0', ...identity, data: { do: 'return' } }),
    {},
    briefTask,
  );
  await trial.startWorker();
  const [dead] = await trial.untilDeadLetters(1, briefTask);
  expect(dead?.letter).toMatchObject({
    runId,
    attempts: 2,
    reason: expect.stringContaining('without a word'),
  });
  expect(await trial.did(runId)).toEqual([]);
});

test('a message that the ledger can never store is a dead letter under the name of its SQS message', async () => {
  await using trial = await startTrial();
  const choosy: Ledger = {
    ...trial.ledger,
    claim: async (request) => {
      if (request.source !== '/here') return trial.ledger.claim(request);
      throw Object.assign(new Error('cannot be stored'), { code: '22P05' });
    },
  };
  await trial.startWorker({ ledger: choosy });
  const envelope = { specversion: '1.0' as const, type: 'trial', source: '/here', id: '1' };
  const { MessageId } = await trial.sendRaw(formatEnvelope({ ...envelope, data: { do: 'return' } }));
  const [dead] = await trial.untilDeadLetters(1);
  expect(dead?.letter).toMatchObject({
    id: MessageId,
    reason: expect.stringContaining('cannot store the message'),
  });
});

test('a claim that fails for any other reason is tried again later', async () => {
  await using trial = await startTrial();
  let failures = 0;
  const moody: Ledger = {
    ...trial.ledger,
    claim: async (request) => {
      failures += 1;
      if (failures > 1) return trial.ledger.claim(request);
      throw Object.assign(new Error('no such table'), { code: '42P01' });
    },
  };
  await trial.startWorker({ ledger: moody });
  await trial.until(await trial.send('return'), 'done');
});

test('a message whose envelope has no time was sent when SQS took it', async () => {
  await using trial = await startTrial();
  await trial.startWorker();
  const identity = { type: 'trial', source: '/here', id: '1' };
  const before = Date.now();
  await trial.sendRaw(formatEnvelope({ specversion: '1.0', ...identity, data: { do: 'return' } }));
  await trial.until(runIdOf(identity), 'done');
  const { sentAt } = await trial.ledger.status(runIdOf(identity));
  expect(sentAt?.getTime()).toBeGreaterThanOrEqual(before - 1);
  expect(sentAt?.getTime()).toBeLessThanOrEqual(Date.now());
});
