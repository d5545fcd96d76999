import { Readable } from 'node:stream';
import { text } from 'node:stream/consumers';
import { expect, test } from 'vitest';
import type { DueFollowUp, Lease } from '../ledger/ledger.ts';
import { formatEnvelope } from '../messages/envelope.ts';
import { runIdOf } from '../messages/run-id.ts';
import { limits } from '../tasks/limits.ts';
import { quickTimings } from '../test/worker/quick-timings.ts';
import { startTrial, type Trial } from '../test/worker/start-trial.ts';
import { trialTask } from '../test/worker/trial-tasks.ts';

const nothing = { visible: 0, inFlight: 0 };
/** No lease runs out on a busy machine, which would make a second dead letter. */
const patient = { ...quickTimings, leaseSeconds: 60 };

/** The trial's queues, whose messages were all sent so long ago. */
function sentAgo(trial: Trial, seconds: number) {
  const polling = trial.sqsClient();
  const { requestHandler } = polling.config;
  const handle = requestHandler.handle.bind(requestHandler);
  requestHandler.handle = async (...request) => {
    const { response } = await handle(...request);
    const body = (await text(response.body)).replaceAll(
      /"SentTimestamp":"\d+"/g,
      `"SentTimestamp":"${Date.now() - seconds * 1000}"`,
    );
    return { response: Object.assign(response, { body: Readable.from([Buffer.from(body)]) }) };
  };
  return { polling, settling: trial.sqsClient() };
}

test('a message that its queue would forget before the next attempt is a dead letter, not lost', async () => {
  await using trial = await startTrial();
  await trial.startWorker({ sqs: sentAgo(trial, limits.queueRetentionSeconds - 30), timings: patient });
  const failed = await trial.send('throw-once');
  const putOff = await trial.send('put-off');
  const dead = await trial.untilDeadLetters(2);
  const reasons = new Map(dead.map(({ letter }) => [letter.runId, letter.reason]));
  expect(reasons.get(failed)).toBe('told to throw once');
  expect(reasons.get(putOff)).toMatch(/would forget the message .*: asked to be tried again/);
  for (const runId of [failed, putOff]) await trial.until(runId, 'dead');
});

test('a dead letter is sent once, however often it cannot be recorded', async () => {
  await using trial = await startTrial();
  let failures = 0;
  const recordDeadLetterSent = async (runId: string) => {
    failures += 1;
    if (failures <= 3) throw new Error('the line is cut');
    await trial.ledger.recordDeadLetterSent(runId);
  };
  await trial.startWorker({ ledger: { ...trial.ledger, recordDeadLetterSent }, timings: patient });
  const runId = await trial.send('give-up');
  await expect
    .poll(
      async () => (await trial.pool.query('SELECT FROM run WHERE dead_letter_sent_at IS NOT NULL')).rowCount,
    )
    .toBe(1);
  await expect.poll(() => trial.counts()).toEqual(nothing);
  const dead = await trial.untilDeadLetters(1);
  expect(dead.map(({ letter }) => letter.runId)).toEqual([runId]);
});

test.each([
  ['is gone', { task: 'stranger', input: {} }, 'No queue is known for task "stranger"'],
  ['takes other input now', { task: 'trial', input: { do: 'nonsense' } }, 'does not fit trial'],
])(
  'a follow-up whose task %s is told by a dead letter, and sent once that is mended',
  async (_, named, reason) => {
    await using trial = await startTrial();
    const due = (parentRunId: string): DueFollowUp[] => [{ parentRunId, ...named }];
    const worker = await trial.startWorker({
      ledger: {
        ...trial.ledger,
        complete: async (lease, result) => {
          await trial.ledger.setFollowUp(lease, { task: 'trial', input: { do: 'return', text: 'at last' } });
          await trial.ledger.complete(lease, result);
          return { settled: true, dueFollowUps: due(lease.runId) };
        },
      },
    });
    const runId = await trial.send('return', trialTask);
    const [dead] = await trial.untilDeadLetters(1);
    expect(dead?.letter).toMatchObject({ runId, reason: expect.stringContaining(reason) });
    await expect.poll(() => trial.counts()).toEqual(nothing);
    await worker.stop();

    await trial.startWorker();
    await trial.sendRaw(dead?.message.Body ?? '', dead?.message.MessageAttributes ?? {});
    const sent = `SELECT FROM run WHERE result->>'said' = 'at last'`;
    await expect.poll(async () => (await trial.pool.query(sent)).rowCount).toBe(1);
  },
);

test('an attempt that was overtaken and never heard of it settles nothing', async () => {
  await using trial = await startTrial();
  const { ledger, pool } = trial;
  const overtaken = new Set<string>();
  const overtake = async ({ runId }: Lease) => {
    if (overtaken.has(runId)) return;
    overtaken.add(runId);
    await pool.query('UPDATE run SET token = token + 1 WHERE run_id = $1', [runId]);
  };
  await trial.startWorker({
    ledger: {
      ...ledger,
      renew: async () => new Map(),
      complete: (lease, result) => overtake(lease).then(() => ledger.complete(lease, result)),
      retry: (lease, failure) => overtake(lease).then(() => ledger.retry(lease, failure)),
      giveBack: (lease, handBack) => overtake(lease).then(() => ledger.giveBack(lease, handBack)),
      die: (lease, death) => overtake(lease).then(() => ledger.die(lease, death)),
    },
  });
  const givenUp = await trial.send('give-up');
  const ended = [await trial.send('return'), await trial.send('throw-once'), await trial.send('put-off')];
  for (const runId of ended) await trial.until(runId, 'done');
  const [dead] = await trial.untilDeadLetters(1);
  expect(dead?.letter.runId).toBe(givenUp);
  expect(dead?.letter.attempts).toBeGreaterThan(1);
  await expect.poll(() => trial.counts()).toEqual(nothing);
  for (const runId of [givenUp, ...ended]) {
    expect((await trial.did(runId)).filter((what) => what === 'start').length).toBeGreaterThan(1);
  }
});

test('a delivery of a run whose dead letter was sent is acknowledged, and no second one is sent', async () => {
  await using trial = await startTrial();
  const identity = { type: 'trial', source: '/here', id: '1' };
  const { MessageId } = await trial.sendRaw(
    formatEnvelope({ specversion: '1.0', ...identity, data: { do: 'return' } }),
  );
  const runId = runIdOf(identity);
  const claim = await trial.ledger.claim({
    runId,
    task: 'trial',
    source: '/here',
    id: '1',
    sqsMessageId: MessageId,
    worker: 'gone',
    leaseSeconds: 60,
    sentAt: new Date(),
    input: null,
    dataDigest: '',
  });
  if (claim.outcome === 'claimed') await trial.ledger.die(claim.lease, { reason: 'it was given up' });
  await trial.ledger.recordDeadLetterSent(runId);
  await trial.startWorker();
  await expect.poll(() => trial.counts()).toEqual(nothing);
  const { Messages = [] } = await trial.call<{ Messages?: unknown[] }>('ReceiveMessage', {
    QueueUrl: trial.queueOf().deadLetterUrl,
  });
  expect(Messages).toEqual([]);
  expect(await trial.did(runId)).toEqual([]);
});
