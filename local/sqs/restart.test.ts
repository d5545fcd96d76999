import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { describe, expect, test, vi } from 'vitest';
import { testQueue } from './test-queue.ts';

const queue = testQueue();
const { QueueUrl, send, receive, counts, restart } = queue;

describe('after a restart', () => {
  test('messages, receipts, queues and their settings are as they were', async () => {
    vi.useFakeTimers({ toFake: ['Date'] });
    await queue.sqs.call('SetQueueAttributes', {
      QueueUrl,
      Attributes: { VisibilityTimeout: '60', DelaySeconds: '0' },
    });
    await queue.sqs.call('TagQueue', { QueueUrl, Tags: { a: 'b' } });
    await send('in flight', { MessageGroupId: 'g' });
    const [before] = await receive();
    await send('waits');
    await send('delayed', { DelaySeconds: 100 });
    await send('deleted');
    const [, deleted] = await receive({ VisibilityTimeout: 0 });
    await queue.sqs.call('DeleteMessage', { QueueUrl, ReceiptHandle: deleted?.ReceiptHandle });

    await restart();

    expect(await counts()).toBe('1 1 1');
    expect(await queue.sqs.call('ListQueueTags', { QueueUrl })).toEqual({ Tags: { a: 'b' } });
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
    await queue.sqs.call('DeleteMessage', { QueueUrl, ReceiptHandle: message?.ReceiptHandle });
    expect(await counts()).toBe('0 0 0');
  });

  test('deleted queues and purged messages stay gone', async () => {
    await queue.sqs.call('CreateQueue', { QueueName: 'other' });
    await queue.sqs.call('DeleteQueue', { QueueUrl: QueueUrl.replace('orders', 'other') });
    await send('a');
    await queue.sqs.call('PurgeQueue', { QueueUrl });
    await restart();
    expect(await queue.sqs.call('ListQueues', {})).toEqual({ QueueUrls: [QueueUrl] });
    expect(await counts()).toBe('0 0 0');
  });
});

test('a process that is killed while it takes messages loses none that it acknowledged', async () => {
  const script = `
    import { createSqs } from ${JSON.stringify(join(import.meta.dirname, 'create-sqs.ts'))};
    const sqs = createSqs({ stateDirectory: ${JSON.stringify(queue.stateDirectory)}, endpoint: () => '' });
    for (let count = 0; ; count += 1) {
      await sqs.call('SendMessage', { QueueUrl: '/000000000000/orders', MessageBody: 'message ' + count });
      process.stdout.write(count + '\\n');
    }`;
  let acknowledged = -1;
  await restart(async () => {
    const child = spawn(process.execPath, ['--input-type=module', '-e', script], {
      stdio: ['ignore', 'pipe', 'inherit'],
    });
    const ended = once(child, 'exit');
    for await (const line of createInterface(child.stdout)) {
      acknowledged = Number(line);
      if (acknowledged === 200) child.kill('SIGKILL');
    }
    await ended;
  });
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
