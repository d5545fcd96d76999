import type { IncomingMessage, ServerResponse } from 'node:http';
import { describe, expect, test } from 'vitest';
import { startServer } from '../server.ts';
import { testQueue } from './test-queue.ts';

const queue = testQueue();
const { QueueUrl, send, receive, counts, restart } = queue;

describe('a long poll', () => {
  test('whose client goes away takes nothing more', async () => {
    const arrived = Promise.withResolvers<void>();
    const closed = Promise.withResolvers<void>();
    const watched = {
      ...queue.sqs,
      handle: (request: IncomingMessage, response: ServerResponse) => {
        arrived.resolve();
        response.on('close', closed.resolve);
        return queue.sqs.handle(request, response);
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

  test('gets a message that is given back, and not before', async () => {
    await send('a');
    const [message] = await receive({ VisibilityTimeout: 600 });
    const poll = receive({ WaitTimeSeconds: 20 });
    const hide = (VisibilityTimeout: number) =>
      queue.sqs.call('ChangeMessageVisibility', {
        QueueUrl,
        ReceiptHandle: message?.ReceiptHandle,
        VisibilityTimeout,
      });
    await hide(500);
    expect(await counts()).toBe('0 1 0');
    await hide(0);
    expect((await poll).map(({ Body }) => Body)).toEqual(['a']);
  });

  test('of several sees its own receipt, even if the message is never hidden', async () => {
    const polls = [1, 2, 3].map(() =>
      receive({ WaitTimeSeconds: 20, VisibilityTimeout: 0, AttributeNames: ['ApproximateReceiveCount'] }),
    );
    await send('a');
    const received = (await Promise.all(polls)).flat();
    expect(received.map(({ Attributes }) => Attributes?.ApproximateReceiveCount)).toEqual(['1', '2', '3']);
  });

  test('ends with nothing when the service closes', async () => {
    const poll = receive({ WaitTimeSeconds: 20 });
    await restart();
    expect(await poll).toEqual([]);
  });
});
