import { afterAll, beforeAll, expect, test } from 'vitest';
import { formatEnvelope } from '../messages/envelope.ts';
import { runIdOf } from '../messages/run-id.ts';
import { startTrial, type Trial } from '../test/worker/start-trial.ts';
import { patientTask, trialTask } from '../test/worker/trial-tasks.ts';

let trial: Trial;
beforeAll(async () => {
  trial = await startTrial();
  await trial.startWorker();
});
afterAll(async () => trial[Symbol.asyncDispose]());

const empty = { visible: 0, inFlight: 0 };

function message(id: string, what: string, more: object = {}) {
  const identity = { type: 'trial', source: '/duplicates', id };
  const body = formatEnvelope({ specversion: '1.0', ...identity, data: { do: what }, ...more });
  return { runId: runIdOf(identity), body };
}

/** Waits until so many deliveries came while there was nothing to do for them. */
const untilEarly = (runId: string, times: number) =>
  expect
    .poll(
      () =>
        trial.logged
          .map((line) => JSON.parse(line))
          .filter((line) => line.run === runId && line.outcome === 'early').length,
    )
    .toBeGreaterThanOrEqual(times);

test('a second message of a run that is worked on waits, and is acknowledged when the run is done', async () => {
  const { runId, body } = message('1.1', 'wait');
  await trial.sendRaw(body);
  await trial.untilDid(runId, 'start');
  await trial.sendRaw(body);
  // Longer than a lease: the running attempt's message never comes back, the duplicate comes again and again.
  await untilEarly(runId, 2);
  await expect.poll(() => trial.counts()).toEqual({ visible: 0, inFlight: 2 });
  await trial.release(runId);
  await trial.until(runId, 'done');
  await expect.poll(() => trial.counts(), { timeout: 10_000 }).toEqual(empty);
  expect(await trial.did(runId)).toEqual(['start', 'release']);
});

test('a message of a run that is done or cancelled is acknowledged without work', async () => {
  const done = message('2.1', 'return');
  await trial.sendRaw(done.body);
  await trial.until(done.runId, 'done');
  await trial.sendRaw(done.body);
  const cancelled = message('2.2', 'return');
  await trial.client.cancel(cancelled.runId);
  await trial.sendRaw(cancelled.body);
  await expect.poll(() => trial.counts()).toEqual(empty);
  expect(await trial.did(done.runId)).toEqual(['start']);
  expect(await trial.did(cancelled.runId)).toEqual([]);
});

test('a duplicate of a run that waits for its retry is hidden until then', async () => {
  const runId = await trial.client.send(patientTask, { do: 'throw' }, { id: '3' });
  await trial.until(runId, 'open');
  await trial.client.send(patientTask, { do: 'throw' }, { id: '3' });
  await untilEarly(runId, 1);
  await expect.poll(() => trial.counts(patientTask)).toEqual({ visible: 0, inFlight: 2 });
  expect(await trial.did(runId)).toEqual(['start']);
});

test('a dead letter that is sent back runs again with fresh attempts', async () => {
  const { runId, body } = message('4.1', 'throw');
  await trial.sendRaw(body);
  const [dead] = await trial.untilDeadLetters(1);
  await trial.sendRaw(dead?.message.Body ?? '', dead?.message.MessageAttributes ?? {});
  const [again] = await trial.untilDeadLetters(1);
  expect(again?.letter).toMatchObject({ runId, attempts: 3 });
  expect(await trial.did(runId)).toHaveLength(6);
});

test('a message too large to carry its reason travels as a stub, and comes back whole', async () => {
  const large = message('5.1', 'give-up', { comment: 'x'.repeat(1_048_300) });
  const crowded = message('5.2', 'give-up');
  const attributes = Object.fromEntries(
    Array.from({ length: 10 }, (_, index) => [
      `a${index}`,
      { DataType: 'String', StringValue: String(index) },
    ]),
  );
  await trial.sendRaw(large.body);
  await trial.sendRaw(crowded.body, attributes);
  const dead = await trial.untilDeadLetters(2);
  for (const { message: stub, letter } of dead) {
    expect(letter.contentRef).toMatch(/^s3:/);
    expect(stub.Body?.length).toBeLessThan(1000);
    await trial.sendRaw(stub.Body ?? '', stub.MessageAttributes ?? {});
  }
  await trial.untilDid(large.runId, 'start', 2);
  await trial.untilDid(crowded.runId, 'start', 2);
  const again = await trial.untilDeadLetters(2);
  expect(again.map(({ letter }) => letter.runId).sort()).toEqual([large.runId, crowded.runId].sort());
});

test('an idempotency key that stands for other data is a dead letter that says so', async () => {
  const options = { idempotencyKey: 'key' };
  const runId = await trial.client.send(trialTask, { do: 'return', text: 'one' }, options);
  await trial.until(runId, 'done');
  await trial.client.send(trialTask, { do: 'return', text: 'one' }, options);
  await trial.client.send(trialTask, { do: 'return', text: 'other' }, options);
  const [dead] = await trial.untilDeadLetters(1);
  expect(dead?.letter.reason).toContain('key');
  await expect.poll(() => trial.counts()).toEqual(empty);
  expect(await trial.did(runId)).toEqual(['start']);
});

test('a dead letter whose sending was interrupted is finished by the next delivery, and only then', async () => {
  await using trial = await startTrial();
  const { runId, body } = message('7.1', 'give-up');
  const { MessageId } = await trial.sendRaw(body);
  const request = {
    runId,
    task: 'trial',
    source: '/duplicates',
    id: '7.1',
    sqsMessageId: MessageId,
    worker: 'gone',
    leaseSeconds: 60,
    sentAt: new Date(),
    input: null,
    dataDigest: '',
  };
  const claim = await trial.ledger.claim(request);
  if (claim.outcome === 'claimed') await trial.ledger.die(claim.lease, { reason: 'it was given up' });
  await trial.startWorker();
  const [dead] = await trial.untilDeadLetters(1);
  expect(dead?.letter).toMatchObject({ runId, reason: 'it was given up', attempts: 1 });
  await expect.poll(() => trial.counts()).toEqual(empty);
  expect(await trial.ledger.claim(request)).toMatchObject({ outcome: 'dead', deadLetterSent: true });
  expect(await trial.did(runId)).toEqual([]);
});
