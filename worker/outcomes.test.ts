import { afterAll, beforeAll, expect, test } from 'vitest';
import { startTrial, type Trial } from '../test/worker/start-trial.ts';
import { briefTask, patientTask, trialTask } from '../test/worker/trial-tasks.ts';

let trial: Trial;
beforeAll(async () => {
  trial = await startTrial();
  await trial.startWorker();
});
afterAll(async () => trial[Symbol.asyncDispose]());

const empty = { visible: 0, inFlight: 0 };

test('a message is worked on once and its run is done with the result', async () => {
  const runId = await trial.send('return', trialTask, 'hello');
  await trial.until(runId, 'done');
  expect(await trial.ledger.status(runId)).toMatchObject({ attempts: 1, result: { said: 'hello' } });
  await expect.poll(() => trial.counts()).toEqual(empty);
});

test('data over the limit of SQS reaches the handler as if it had been in the message', async () => {
  const text = 'x'.repeat(1_100_000);
  const runId = await trial.send('return', trialTask, text);
  await trial.until(runId, 'done');
  expect((await trial.ledger.status(runId)).result).toEqual({ said: text });
});

test('a throw is a retry, and a later attempt can succeed', async () => {
  const runId = await trial.send('throw-once');
  await trial.until(runId, 'done');
  expect(await trial.ledger.status(runId)).toMatchObject({ attempts: 2 });
  expect(await trial.did(runId)).toEqual(['start', 'start']);
});

test('the last attempt that fails makes a dead letter that tells why, with body and attributes as they were', async () => {
  const id = 'given-up';
  const body = JSON.stringify({
    specversion: '1.0',
    type: 'trial',
    source: '/elsewhere',
    id,
    data: { do: 'throw', text: 'often' },
    mine: 'kept',
  });
  const mine = { DataType: 'String', StringValue: 'kept too' };
  await trial.sendRaw(body, { mine });
  const [dead] = await trial.untilDeadLetters(1);
  expect(dead?.message.Body).toBe(body);
  expect(dead?.message.MessageAttributes?.mine).toMatchObject(mine);
  expect(dead?.letter).toMatchObject({
    task: 'trial',
    source: '/elsewhere',
    id,
    reason: 'told to throw often',
    error: { name: 'Error', stack: expect.stringContaining('trial-tasks.ts') },
    attempts: 3,
    worker: 'in-process',
  });
  await trial.until(dead?.letter.runId ?? '', 'dead');
  await expect.poll(() => trial.counts()).toEqual(empty);
});

test('a PermanentError is a dead letter at once', async () => {
  const runId = await trial.send('give-up');
  const [dead] = await trial.untilDeadLetters(1);
  expect(dead?.letter).toMatchObject({ runId, reason: 'told to give up', attempts: 1 });
});

test('a result that the task does not allow is a dead letter at once, also inside complete', async () => {
  const runIds = [await trial.send('bad-result'), await trial.send('bad-complete')];
  const dead = await trial.untilDeadLetters(2);
  expect(dead.map(({ letter }) => letter.runId).sort()).toEqual(runIds.sort());
  for (const { letter } of dead) expect(letter.reason).toMatch(/said: .*expected string/);
});

test('RetryAfter puts the run off and the attempt does not count', async () => {
  const runId = await trial.send('put-off');
  await trial.until(runId, 'done');
  expect(await trial.ledger.status(runId)).toMatchObject({ attempts: 1 });
  expect(await trial.did(runId)).toEqual(['start', 'put off', 'start']);
});

test('the deadline aborts an attempt, and it counts as a failed one', async () => {
  const runId = await trial.send('wait', briefTask);
  const [dead] = await trial.untilDeadLetters(1, briefTask);
  expect(dead?.letter).toMatchObject({ runId, reason: 'not done within 1 s', attempts: 2 });
  expect(dead?.letter.error?.name).toBe('DeadlineExceeded');
});

test('an attempt that does not heed its abort is settled without it, and its late effects never show', async () => {
  const runId = await trial.send('ignore-abort', briefTask);
  await trial.until(runId, 'dead');
  await trial.release(runId);
  await trial.untilDid(runId, 'late: LeaseLost,LeaseLost,LeaseLost,LeaseLost', 2);
  expect(await trial.ledger.status(runId)).toMatchObject({ state: 'dead' });
  expect(await trial.did(runId)).not.toContain('late effect');
  expect(await trial.counts()).toEqual(empty);
});

test('complete commits effects and result at once, and a throw after it changes nothing', async () => {
  const runIds = [await trial.send('complete'), await trial.send('complete-then-throw')];
  for (const runId of runIds) {
    await trial.until(runId, 'done');
    expect(await trial.ledger.status(runId)).toMatchObject({ attempts: 1, result: { said: 'completed' } });
    expect(await trial.did(runId)).toEqual(['start', 'commit']);
  }
  await expect.poll(() => trial.counts()).toEqual(empty);
});

test('progress can be watched while the work goes on', async () => {
  const runId = await trial.send('tell-progress');
  await expect.poll(async () => (await trial.ledger.status(runId)).progress?.done).toBe(50);
  await trial.release(runId);
  await trial.until(runId, 'done');
  expect((await trial.ledger.status(runId)).progress).toEqual({ done: 50, total: 50, message: 'the end' });
});

test('children are sent once whatever the attempts, and the follow-up once when all have ended', async () => {
  const runId = await trial.send('send-children');
  await trial.until(runId, 'done');
  await expect
    .poll(async () => (await trial.ledger.status(runId)).children)
    .toEqual({
      waiting: 0,
      done: 2,
      dead: 0,
      cancelled: 0,
    });
  const results = `SELECT result->>'said' AS said FROM run WHERE result->>'said' IN ('one', 'two', 'after all') ORDER BY said`;
  await expect
    .poll(async () => (await trial.pool.query<{ said: string }>(results)).rows.map(({ said }) => said))
    .toEqual(['after all', 'one', 'two']);
});

test('a handler that sends what cannot be sent is told so', async () => {
  const runId = await trial.send('send-badly');
  await trial.until(runId, 'done');
  expect(await trial.did(runId)).toEqual([
    'start',
    'InvalidInput',
    'No queue is known for task "stranger": add it to the catalogue and deploy',
    'UnknownQueue',
    'RangeError',
  ]);
});

test('a retry that is not due for hours keeps no slot and no protection', async () => {
  const runId = await trial.send('throw', patientTask);
  await trial.until(runId, 'open');
  await expect.poll(() => trial.agent.isProtected()).toBe(false);
  expect(await trial.counts(patientTask)).toEqual({ visible: 0, inFlight: 1 });
  const { notBefore } = await trial.ledger.status(runId);
  expect(notBefore?.getTime()).toBeGreaterThan(Date.now());
});

test('a cancelled run is aborted, and its message acknowledged', async () => {
  const runId = await trial.send('wait');
  await trial.untilDid(runId, 'start');
  expect(await trial.client.cancel(runId)).toBe('cancelled');
  await expect.poll(() => trial.counts()).toEqual(empty);
  await trial.until(runId, 'cancelled');
});

test('the log names run, task, attempt and trace on every line of an attempt, and no payload', async () => {
  const traceparent = '00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01';
  const runId = await trial.client.send(trialTask, { do: 'give-up', text: 'a secret' }, { traceparent });
  await trial.until(runId, 'dead');
  await trial.untilDeadLetters(1);
  const lines = trial.logged.map((line) => JSON.parse(line)).filter(({ run }) => run === runId);
  expect(lines.map(({ msg }) => msg)).toContain('at work');
  for (const line of lines) {
    expect(line).toMatchObject({ task: 'trial', attempt: 1, trace: '4bf92f3577b34da6a3ce929d0e0e4736' });
  }
  expect(trial.logged.join('')).not.toContain('a secret');
});
