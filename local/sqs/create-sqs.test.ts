import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, rmSync } from 'node:fs';
import type { IncomingMessage, ServerResponse } from 'node:http';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest';
import { startServer } from '../server.ts';
import { createSqs } from './create-sqs.ts';

interface Received {
  Messages?: {
    MessageId: string;
    Body: string;
    ReceiptHandle: string;
    Attributes?: Record<string, string>;
  }[];
}
type Sqs = ReturnType<typeof createSqs>;

let stateDirectory: string;
let sqs: Sqs;
const QueueUrl = 'http://127.0.0.1:4580/000000000000/orders';

beforeEach(async () => {
  stateDirectory = mkdtempSync(join(tmpdir(), 'sqs-'));
  sqs = open();
  await sqs.call('CreateQueue', { QueueName: 'orders' });
});
afterEach(async () => {
  vi.useRealTimers();
  await sqs.close();
  rmSync(stateDirectory, { recursive: true });
});

function open(): Sqs {
  return createSqs({ stateDirectory, endpoint: () => 'http://127.0.0.1:4580' });
}

async function restart(): Promise<void> {
  await sqs.close();
  sqs = open();
}

const send = (MessageBody: string, more: object = {}) =>
  sqs.call<{ MessageId: string }>('SendMessage', { QueueUrl, MessageBody, ...more });
const receive = async (more: object = {}) =>
  (await sqs.call<Received>('ReceiveMessage', { QueueUrl, MaxNumberOfMessages: 10, ...more })).Messages ?? [];

async function counts(): Promise<string> {
  const { Attributes } = await sqs.call<{ Attributes: Record<string, string> }>('GetQueueAttributes', {
    QueueUrl,
    AttributeNames: ['All'],
  });
  return ['', 'NotVisible', 'Delayed']
    .map((kind) => Attributes[`ApproximateNumberOfMessages${kind}`])
    .join(' ');
}

describe('after a restart', () => {
  test('messages, receipts, queues and their settings are as they were', async () => {
    vi.useFakeTimers({ toFake: ['Date'] });
    await sqs.call('SetQueueAttributes', {
      QueueUrl,
      Attributes: { VisibilityTimeout: '60', DelaySeconds: '0' },
    });
    await sqs.call('TagQueue', { QueueUrl, Tags: { a: 'b' } });
    await send('in flight', { MessageGroupId: 'g' });
    const [before] = await receive();
    await send('waits');
    await send('delayed', { DelaySeconds: 100 });
    await send('deleted');
    const [, deleted] = await receive({ VisibilityTimeout: 0 });
    await sqs.call('DeleteMessage', { QueueUrl, ReceiptHandle: deleted?.ReceiptHandle });

    await restart();

    expect(await counts()).toBe('1 1 1');
    expect(await sqs.call('ListQueueTags', { QueueUrl })).toEqual({ Tags: { a: 'b' } });
    vi.setSystemTime(Date.now() + 60_000);
    expect(await counts()).toBe('2 0 1');
    const again = await receive({ MessageSystemAttributeNames: ['All'] });
    expect(again.map(({ Body }) => Body).sort()).toEqual(['in flight', 'waits']);
    const same = again.find(({ Body }) => Body === 'in flight');
    expect(same?.MessageId).toBe(before?.MessageId);
    expect(same?.Attributes).toMatchObject({ ApproximateReceiveCount: '2', MessageGroupId: 'g' });
  });

  test('a receipt handle from before still settles its message', async () => {
    await send('a');
    const [message] = await receive();
    await restart();
    await sqs.call('DeleteMessage', { QueueUrl, ReceiptHandle: message?.ReceiptHandle });
    expect(await counts()).toBe('0 0 0');
  });

  test('deleted queues and purged messages stay gone', async () => {
    await sqs.call('CreateQueue', { QueueName: 'other' });
    await sqs.call('DeleteQueue', { QueueUrl: QueueUrl.replace('orders', 'other') });
    await send('a');
    await sqs.call('PurgeQueue', { QueueUrl });
    await restart();
    expect(await sqs.call('ListQueues', {})).toEqual({ QueueUrls: [QueueUrl] });
    expect(await counts()).toBe('0 0 0');
  });
});

test('a process that is killed while it takes messages loses none that it acknowledged', async () => {
  await sqs.close();
  const script = `
    import { createSqs } from ${JSON.stringify(join(import.meta.dirname, 'create-sqs.ts'))};
    const sqs = createSqs({ stateDirectory: ${JSON.stringify(stateDirectory)}, endpoint: () => '' });
    for (let count = 0; ; count += 1) {
      await sqs.call('SendMessage', { QueueUrl: '/000000000000/orders', MessageBody: 'message ' + count });
      process.stdout.write(count + '\\n');
    }`;
  const child = spawn(process.execPath, ['--input-type=module', '-e', script], {
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  const ended = once(child, 'exit');
  let acknowledged = -1;
  for await (const line of createInterface(child.stdout)) {
    acknowledged = Number(line);
    if (acknowledged === 200) child.kill('SIGKILL');
  }
  await ended;
  sqs = open();
  const found = new Set<string>();
  for (let page = await receive(); page.length > 0; page = await receive()) {
    for (const { Body } of page) found.add(Body);
  }
  const missing = Array.from({ length: acknowledged + 1 }, (_, count) => `message ${count}`).filter(
    (body) => !found.has(body),
  );
  expect(acknowledged).toBeGreaterThanOrEqual(200);
  expect(missing).toEqual([]);
});

describe('a long poll', () => {
  test('whose client goes away takes nothing more', async () => {
    const arrived = Promise.withResolvers<void>();
    const closed = Promise.withResolvers<void>();
    const watched = {
      ...sqs,
      handle: (request: IncomingMessage, response: ServerResponse) => {
        arrived.resolve();
        response.on('close', closed.resolve);
        return sqs.handle(request, response);
      },
    };
    const server = await startServer({ port: 0, services: [watched] });
    try {
      const gone = new AbortController();
      const poll = fetch(server.url, {
        method: 'POST',
        headers: { 'x-amz-target': 'AmazonSQS.ReceiveMessage', 'content-type': 'application/x-amz-json-1.0' },
        body: JSON.stringify({ QueueUrl, WaitTimeSeconds: 20 }),
        signal: gone.signal,
      });
      await arrived.promise;
      gone.abort();
      await expect(poll).rejects.toThrow('aborted');
      await closed.promise;
      await send('a');
      expect(await counts()).toBe('1 0 0');
    } finally {
      await server.close();
    }
  });

  test('of several gets a message each, in the order in which they came', async () => {
    const polls = [1, 2, 3].map(() => receive({ WaitTimeSeconds: 20, MaxNumberOfMessages: 1 }));
    for (const body of ['a', 'b', 'c']) await send(body);
    expect((await Promise.all(polls)).map((messages) => messages.map(({ Body }) => Body))).toEqual([
      ['a'],
      ['b'],
      ['c'],
    ]);
    expect(await counts()).toBe('0 3 0');
  });

  test('ends with nothing when the service closes', async () => {
    const poll = receive({ WaitTimeSeconds: 20 });
    await restart();
    expect(await poll).toEqual([]);
  });
});

test('visibility ends at most 12 hours after the receipt, however often it is extended', async () => {
  vi.useFakeTimers({ toFake: ['Date'] });
  const hourMilliseconds = 3_600_000;
  await send('a');
  const [message] = await receive();
  const extend = (VisibilityTimeout: number) =>
    sqs.call('ChangeMessageVisibility', {
      QueueUrl,
      ReceiptHandle: message?.ReceiptHandle,
      VisibilityTimeout,
    });
  await extend(43_200);
  vi.setSystemTime(Date.now() + 11 * hourMilliseconds);
  await extend(3600);
  await expect(extend(3601)).rejects.toThrow('beyond the limit [43200 seconds]');
  vi.setSystemTime(Date.now() + hourMilliseconds - 1);
  expect(await counts()).toBe('0 1 0');
  vi.setSystemTime(Date.now() + 1);
  expect(await counts()).toBe('1 0 0');
});

test('a delete with the handle of an earlier receipt is no error and deletes nothing', async () => {
  await send('a');
  const [earlier] = await receive({ VisibilityTimeout: 0 });
  const [later] = await receive();
  await sqs.call('DeleteMessage', { QueueUrl, ReceiptHandle: earlier?.ReceiptHandle });
  expect(await counts()).toBe('0 1 0');
  await sqs.call('DeleteMessage', { QueueUrl, ReceiptHandle: later?.ReceiptHandle });
  expect(await counts()).toBe('0 0 0');
});

test('a dead letter keeps its first sent time for retention', async () => {
  vi.useFakeTimers({ toFake: ['Date'] });
  await sqs.call('CreateQueue', { QueueName: 'dead', Attributes: { MessageRetentionPeriod: '120' } });
  const RedrivePolicy = JSON.stringify({
    deadLetterTargetArn: 'arn:aws:sqs:eu-west-2:000000000000:dead',
    maxReceiveCount: 1,
  });
  await sqs.call('SetQueueAttributes', { QueueUrl, Attributes: { RedrivePolicy } });
  const deadUrl = QueueUrl.replace('orders', 'dead');
  await send('a');
  await receive({ VisibilityTimeout: 0 });
  vi.setSystemTime(Date.now() + 100_000);
  expect(await receive()).toEqual([]);
  const once = await receive({ QueueUrl: deadUrl, VisibilityTimeout: 0 });
  expect(once.map(({ Body }) => Body)).toEqual(['a']);
  vi.setSystemTime(Date.now() + 20_000);
  expect(await receive({ QueueUrl: deadUrl })).toEqual([]);
});

test('a queue may be purged once a minute', async () => {
  vi.useFakeTimers({ toFake: ['Date'] });
  await send('a');
  await sqs.call('PurgeQueue', { QueueUrl });
  expect(await counts()).toBe('0 0 0');
  await expect(sqs.call('PurgeQueue', { QueueUrl })).rejects.toMatchObject({ code: 'PurgeQueueInProgress' });
  vi.setSystemTime(Date.now() + 60_000);
  await sqs.call('PurgeQueue', { QueueUrl });
});

test('the host of a queue URL does not matter, its account and name do', async () => {
  const at = (url: string) => sqs.call('GetQueueAttributes', { QueueUrl: url });
  await at('https://sqs.eu-west-2.amazonaws.com/000000000000/orders');
  for (const url of [
    'http://127.0.0.1:4580/000000000001/orders',
    'http://127.0.0.1:4580/000000000000/none',
    'orders',
  ]) {
    await expect(at(url)).rejects.toMatchObject({ code: 'QueueDoesNotExist' });
  }
});

test('what the local SQS has not is refused by name', async () => {
  await expect(sqs.call('CreateQueue', { QueueName: 'a.fifo' })).rejects.toMatchObject({
    code: 'UnsupportedOperation',
  });
  await expect(sqs.call('StartMessageMoveTask', {})).rejects.toMatchObject({ code: 'UnsupportedOperation' });
});

// A scan of the queue in every call would take minutes, beyond the test's time.
test('100,000 waiting messages do not slow a queue down', async () => {
  const Entries = Array.from({ length: 10 }, (_, index) => ({
    Id: String(index),
    MessageBody: `body ${index}`,
  }));
  for (let count = 0; count < 10_000; count += 1) await sqs.call('SendMessageBatch', { QueueUrl, Entries });
  for (let count = 0; count < 1000; count += 1) {
    const messages = await receive();
    const handles = messages.map(({ ReceiptHandle }, index) => ({ Id: String(index), ReceiptHandle }));
    await sqs.call('DeleteMessageBatch', { QueueUrl, Entries: handles });
  }
  expect(await counts()).toBe('90000 0 0');
});
