import { expect, test, vi } from 'vitest';
import { testQueue } from './test-queue.ts';

const queue = testQueue();
const { QueueUrl, send, receive, counts } = queue;

test('visibility ends at most 12 hours after the receipt, however often it is extended', async () => {
  vi.useFakeTimers({ toFake: ['Date'] });
  const hourMilliseconds = 3_600_000;
  await send('a');
  const [message] = await receive();
  const extend = (VisibilityTimeout: number) =>
    queue.sqs.call('ChangeMessageVisibility', {
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
  await queue.sqs.call('DeleteMessage', { QueueUrl, ReceiptHandle: earlier?.ReceiptHandle });
  expect(await counts()).toBe('0 1 0');
  await queue.sqs.call('DeleteMessage', { QueueUrl, ReceiptHandle: later?.ReceiptHandle });
  expect(await counts()).toBe('0 0 0');
});

test('a dead letter keeps its first sent time for retention', async () => {
  vi.useFakeTimers({ toFake: ['Date'] });
  await queue.sqs.call('CreateQueue', { QueueName: 'dead', Attributes: { MessageRetentionPeriod: '120' } });
  const RedrivePolicy = JSON.stringify({
    deadLetterTargetArn: 'arn:aws:sqs:eu-west-2:000000000000:dead',
    maxReceiveCount: 1,
  });
  await queue.sqs.call('SetQueueAttributes', { QueueUrl, Attributes: { RedrivePolicy } });
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
  await queue.sqs.call('PurgeQueue', { QueueUrl });
  expect(await counts()).toBe('0 0 0');
  await expect(queue.sqs.call('PurgeQueue', { QueueUrl })).rejects.toMatchObject({
    code: 'PurgeQueueInProgress',
  });
  vi.setSystemTime(Date.now() + 60_000);
  await queue.sqs.call('PurgeQueue', { QueueUrl });
});

test('the host of a queue URL does not matter, its account and name do', async () => {
  const at = (url: string) => queue.sqs.call('GetQueueAttributes', { QueueUrl: url });
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
  await expect(queue.sqs.call('CreateQueue', { QueueName: 'a.fifo' })).rejects.toMatchObject({
    code: 'UnsupportedOperation',
  });
});

// A scan of the queue in every call would take minutes, beyond the test's time.
test('100,000 waiting messages do not slow a queue down', async () => {
  const Entries = Array.from({ length: 10 }, (_, index) => ({
    Id: String(index),
    MessageBody: `body ${index}`,
  }));
  for (let count = 0; count < 10_000; count += 1)
    await queue.sqs.call('SendMessageBatch', { QueueUrl, Entries });
  for (let count = 0; count < 1000; count += 1) {
    const messages = await receive();
    const handles = messages.map(({ ReceiptHandle }, index) => ({ Id: String(index), ReceiptHandle }));
    await queue.sqs.call('DeleteMessageBatch', { QueueUrl, Entries: handles });
  }
  expect(await counts()).toBe('90000 0 0');
});
