import type { Message } from '@aws-sdk/client-sqs';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { formatEnvelope, parseEnvelope } from '../messages/envelope.ts';
import { readReply } from '../messages/reply.ts';
import { runIdOf } from '../messages/run-id.ts';
import { startTrial, type Trial } from '../test/worker/start-trial.ts';
import { briefTask, trialTask } from '../test/worker/trial-tasks.ts';

const noStore = { get: () => Promise.reject(new Error('the data lies elsewhere')) };
const nothing = { visible: 0, inFlight: 0 };

/** A queue of its own for the replies of one test. */
async function replyQueue(trial: Trial, name = `answers-${crypto.randomUUID()}`) {
  const { QueueUrl: url } = await trial.call<{ QueueUrl: string }>('CreateQueue', { QueueName: name });
  const bodies: string[] = [];
  const receive = async () => {
    const { Messages = [] } = await trial.call<{ Messages?: Message[] }>('ReceiveMessage', {
      QueueUrl: url,
      MaxNumberOfMessages: 10,
      VisibilityTimeout: 600,
    });
    bodies.push(...Messages.map(({ Body = '' }) => Body));
    return bodies.length;
  };
  return {
    name,
    url,
    receive,
    /** Waits for so many replies. */
    until: async (count: number) => {
      await expect.poll(receive).toBe(count);
      return bodies;
    },
  };
}

describe('a message that names a queue for its outcome', () => {
  let trial: Trial;
  let answers: Awaited<ReturnType<typeof replyQueue>>;
  beforeAll(async () => {
    trial = await startTrial();
    answers = await replyQueue(trial);
    await trial.startWorker({ replyDestinations: [answers.url] });
  });
  afterAll(async () => trial[Symbol.asyncDispose]());

  let replies = 0;
  const reply = async () => {
    replies += 1;
    const body = (await answers.until(replies)).at(-1) ?? '';
    return { envelope: parseEnvelope(body), data: await readReply(body, noStore) };
  };

  test.each(['return', 'complete'] as const)('is told the result of its run (%s)', async (what) => {
    const traceparent = `00-${'1'.repeat(32)}-${'2'.repeat(16)}-01`;
    const id = `order-${what}`;
    const options = { id, replyTo: answers.url, traceparent };
    const runId = await trial.client.send(trialTask, { do: what, text: 'hello' }, options);
    const { envelope, data } = await reply();
    const result = { said: what === 'return' ? 'hello' : 'completed' };
    expect(data).toEqual({ id, runId, task: 'trial', status: 'done', result: expect.anything() });
    expect(envelope).toMatchObject({
      id: `${runId}/done`,
      source: '/slackwater/trial',
      type: 'run-outcome',
      time: (await trial.ledger.status(runId)).endedAt?.toISOString(),
      traceparent,
    });
    if (what === 'return') expect(data).toHaveProperty('result', result);
    await expect.poll(() => trial.counts()).toEqual(nothing);
  });

  test('is told why its run is dead, without the stack', async () => {
    const runId = await trial.client.send(
      trialTask,
      { do: 'give-up' },
      { id: 'hopeless', replyTo: answers.url },
    );
    expect((await reply()).data).toEqual({
      id: 'hopeless',
      runId,
      task: 'trial',
      status: 'dead',
      error: { name: 'PermanentError', message: 'told to give up' },
    });
    await trial.untilDeadLetters(1);
  });

  test('is told that its input is bad', async () => {
    const identity = { type: 'trial', source: '/here', id: 'bad' };
    await trial.sendRaw(
      formatEnvelope({ specversion: '1.0', ...identity, replyto: answers.url, data: { do: 'nonsense' } }),
    );
    expect((await reply()).data).toMatchObject({
      id: 'bad',
      runId: runIdOf(identity),
      status: 'dead',
      error: { name: 'InvalidInput', message: expect.stringContaining('do:') },
    });
    await trial.untilDeadLetters(1);
  });

  test('is told that its run was cancelled, before or in the middle of it', async () => {
    const early = runIdOf({ type: 'trial', source: '/trial', id: 'early' });
    await trial.client.cancel(early);
    await trial.client.send(trialTask, { do: 'return' }, { id: 'early', replyTo: answers.url });
    expect((await reply()).data).toEqual({ id: 'early', runId: early, task: 'trial', status: 'cancelled' });
    const late = await trial.client.send(trialTask, { do: 'wait' }, { id: 'late', replyTo: answers.url });
    await trial.untilDid(late, 'start');
    await trial.client.cancel(late);
    expect((await reply()).data).toEqual({ id: 'late', runId: late, task: 'trial', status: 'cancelled' });
  });

  test('and is sent again is told the stored result again, under the same id', async () => {
    const message = { id: 'twice', replyTo: answers.url };
    const runId = await trial.client.send(trialTask, { do: 'return', text: 'once' }, message);
    const first = await reply();
    await trial.client.send(trialTask, { do: 'return', text: 'once' }, message);
    expect(await reply()).toEqual(first);
    expect(await trial.did(runId)).toEqual(['start']);
  });

  test('and shares an idempotency key is told of the one run under its own id', async () => {
    const options = { idempotencyKey: 'one', replyTo: answers.url };
    const first = await trial.client.send(
      trialTask,
      { do: 'return', text: 'x' },
      { ...options, id: 'key-1' },
    );
    expect((await reply()).data).toMatchObject({ id: 'key-1', runId: first });
    const second = await trial.client.send(
      trialTask,
      { do: 'return', text: 'x' },
      { ...options, id: 'key-2' },
    );
    const { envelope, data } = await reply();
    expect(data).toMatchObject({ id: 'key-2', runId: second, status: 'done', result: { said: 'x' } });
    expect(envelope.id).toBe(`${second}/done`);
    expect(await trial.did(second)).toEqual([]);
    await trial.client.send(trialTask, { do: 'return', text: 'y' }, { ...options, id: 'key-3' });
    expect((await reply()).data).toMatchObject({ id: 'key-3', status: 'dead' });
    await trial.untilDeadLetters(1);
  });

  test('and was sent back by an operator is told of its new end under another id', async () => {
    const options = { id: 'mended', replyTo: answers.url };
    const runId = await trial.client.send(briefTask, { do: 'throw' }, options);
    expect((await reply()).envelope.id).toBe(`${runId}/dead`);
    const [dead] = await trial.untilDeadLetters(1, briefTask);
    const mended = (dead?.message.Body ?? '').replace('"throw"', '"return"');
    await trial.sendRaw(mended, dead?.message.MessageAttributes, briefTask);
    expect((await reply()).envelope.id).toBe(`${runId}/done`);
  });

  test('finds a large result by its claim check', async () => {
    const text = 'x'.repeat(300_000);
    await trial.client.send(trialTask, { do: 'return', text }, { id: 'large', replyTo: answers.url });
    replies += 1;
    const body = (await answers.until(replies)).at(-1) ?? '';
    expect(parseEnvelope(body).dataref).toMatch(/^s3:\/\/claim-checks\/replies\//);
    expect(await trial.client.readReply(body)).toMatchObject({ id: 'large', result: { said: text } });
  });
});

describe('a queue that replies may not go to', () => {
  test('makes its message a dead letter before any work, and is sent nothing', async () => {
    await using trial = await startTrial();
    const [answers, forbidden] = [await replyQueue(trial), await replyQueue(trial)];
    await trial.startWorker({ replyDestinations: [answers.url] });
    const runId = await trial.client.send(trialTask, { do: 'return' }, { replyTo: forbidden.url });
    const [dead] = await trial.untilDeadLetters(1);
    expect(dead?.letter.reason).toBe(
      `replyto: "${forbidden.url}" is none of the queues that replies may go to (${answers.url}): ` +
        'add it to the setting replyDestinations and deploy',
    );
    await expect.poll(() => trial.counts()).toEqual(nothing);
    expect(await trial.did(runId)).toEqual([]);
    expect(await forbidden.receive()).toBe(0);
    expect(await trial.ledger.status(runId)).toMatchObject({ state: 'dead' });
  });

  test('is told by a dead letter where the run was done before', async () => {
    await using trial = await startTrial();
    await trial.startWorker();
    await trial.until(await trial.client.send(trialTask, { do: 'return' }, { id: '1' }), 'done');
    await trial.client.send(
      trialTask,
      { do: 'return' },
      { id: '1', replyTo: 'https://sqs.example.com/1/any' },
    );
    const [dead] = await trial.untilDeadLetters(1);
    expect(dead?.letter.reason).toMatch(
      /The run is done, but its reply cannot be sent: replyto: .* \(none\)/,
    );
  });
});

describe('a reply is not lost', () => {
  test('when its queue is gone: a dead letter says so and is replied to once it is back', async () => {
    await using trial = await startTrial();
    const answers = await replyQueue(trial);
    await trial.call('DeleteQueue', { QueueUrl: answers.url });
    await trial.startWorker({ replyDestinations: [answers.url] });
    const runId = await trial.client.send(trialTask, { do: 'return' }, { replyTo: answers.url });
    const [dead] = await trial.untilDeadLetters(1);
    expect(dead?.letter.reason).toContain('The run is done, but its reply cannot be sent');
    expect(await trial.ledger.status(runId)).toMatchObject({ state: 'done' });
    const again = await replyQueue(trial, answers.name);
    await trial.sendRaw(dead?.message.Body ?? '', dead?.message.MessageAttributes);
    const [body = ''] = await again.until(1);
    expect(await readReply(body, noStore)).toMatchObject({ runId, status: 'done' });
    expect(await trial.did(runId)).toEqual(['start']);
  });

  test('when its queue is gone and the run is dead: one dead letter tells why the run died', async () => {
    await using trial = await startTrial();
    const answers = await replyQueue(trial);
    await trial.call('DeleteQueue', { QueueUrl: answers.url });
    await trial.startWorker({ replyDestinations: [answers.url] });
    await trial.client.send(trialTask, { do: 'give-up' }, { replyTo: answers.url });
    await expect.poll(() => trial.logged.some((line) => line.includes('could not reply'))).toBe(true);
    await expect.poll(() => trial.counts()).toEqual(nothing);
    const dead = await trial.untilDeadLetters(1);
    expect(dead.map(({ letter }) => letter.reason)).toEqual(['told to give up']);
  });

  test('when the worker goes before it is recorded: the next one sends it again under the same id', async () => {
    await using trial = await startTrial();
    const answers = await replyQueue(trial);
    const worker = await trial.startWorker({
      replyDestinations: [answers.url],
      ledger: { ...trial.ledger, recordReplySent: () => Promise.reject(new Error('the line is cut')) },
      stopTimeoutSeconds: 1,
    });
    const runId = await trial.client.send(trialTask, { do: 'return' }, { replyTo: answers.url });
    await answers.until(1);
    await worker.stop();
    await trial.startWorker({ replyDestinations: [answers.url] });
    const bodies = await answers.until(2);
    expect(new Set(bodies)).toHaveLength(1);
    expect(await trial.did(runId)).toEqual(['start']);
    await expect.poll(() => trial.counts()).toEqual(nothing);
  });

  test('and is not repeated when its message could not be deleted', async () => {
    await using trial = await startTrial();
    const answers = await replyQueue(trial);
    const settling = trial.sqsClient();
    settling.middlewareStack.add((next, { commandName }) => async (sent) => {
      if (commandName === 'DeleteMessageBatchCommand') throw new Error('the line is cut');
      return next(sent);
    });
    const cut = await trial.startWorker({
      replyDestinations: [answers.url],
      sqs: { polling: trial.sqsClient(), settling },
      stopTimeoutSeconds: 1,
    });
    const runId = await trial.client.send(trialTask, { do: 'return' }, { replyTo: answers.url });
    await answers.until(1);
    await cut.stop();
    await trial.startWorker({ replyDestinations: [answers.url] });
    await expect.poll(() => trial.counts()).toEqual(nothing);
    expect(await answers.receive()).toBe(1);
    expect(await trial.did(runId)).toEqual(['start']);
  });
});
