import { ChangeMessageVisibilityCommand, type Message, ReceiveMessageCommand } from '@aws-sdk/client-sqs';
import { describe, expect, test, vi } from 'vitest';
import { conformanceSqs } from './sqs-endpoint.ts';

const sqs = conformanceSqs();
const bodies = (messages: Message[]) => messages.map(({ Body }) => Body).sort();

describe.concurrent('a receive', () => {
  test.each([
    { MaxNumberOfMessages: 0 },
    { MaxNumberOfMessages: 11 },
    { WaitTimeSeconds: 21 },
    { VisibilityTimeout: 43_201 },
  ])('with %j is refused', async (wrong) => {
    const url = await sqs.createQueue();
    await expect(sqs.receive(url, wrong)).rejects.toMatchObject({ Code: 'InvalidParameterValue' });
  });

  test('without a wait answers at once', async () => {
    const url = await sqs.createQueue();
    expect(await sqs.receive(url, { WaitTimeSeconds: 0 })).toEqual([]);
  });

  test('waits as its queue says if it says nothing itself', async () => {
    const url = await sqs.createQueue({ ReceiveMessageWaitTimeSeconds: '20' });
    const poll = sqs.receive(url, { WaitTimeSeconds: undefined });
    await sqs.send(url, 'x');
    expect(bodies(await poll)).toEqual(['x']);
  });

  test('that waits gets a message as soon as it is sent', async () => {
    const url = await sqs.createQueue();
    const poll = sqs.receive(url, { WaitTimeSeconds: 20 });
    await sqs.send(url, 'x');
    expect(bodies(await poll)).toEqual(['x']);
  });

  test('that waits gets a message whose delay or visibility ends', async () => {
    const url = await sqs.createQueue({ VisibilityTimeout: '1' });
    await sqs.send(url, 'x', { DelaySeconds: 1 });
    expect(bodies(await sqs.receive(url, { WaitTimeSeconds: 20 }))).toEqual(['x']);
    expect(bodies(await sqs.receive(url, { WaitTimeSeconds: 20 }))).toEqual(['x']);
  });

  test('that waits gets a message that is given back', async () => {
    const url = await sqs.createQueue({ VisibilityTimeout: '600' });
    await sqs.send(url, 'x');
    const [message] = await sqs.receive(url);
    const poll = sqs.receive(url, { WaitTimeSeconds: 20 });
    await sqs.client.send(
      new ChangeMessageVisibilityCommand({
        QueueUrl: url,
        ReceiptHandle: message?.ReceiptHandle,
        VisibilityTimeout: 0,
      }),
    );
    expect(bodies(await poll)).toEqual(['x']);
  });

  test('of several that wait gets a message, the others wait on', async () => {
    const url = await sqs.createQueue();
    const polls = [1, 2, 3].map(() => sqs.receive(url, { WaitTimeSeconds: 4 }));
    await sqs.send(url, 'x');
    expect((await Promise.all(polls)).flat().map(({ Body }) => Body)).toEqual(['x']);
  });

  test('that was aborted loses no message', async () => {
    const url = await sqs.createQueue({ VisibilityTimeout: '2' });
    const gone = new AbortController();
    const poll = sqs.client.send(new ReceiveMessageCommand({ QueueUrl: url, WaitTimeSeconds: 20 }), {
      abortSignal: gone.signal,
    });
    gone.abort();
    await expect(poll).rejects.toMatchObject({ name: 'AbortError' });
    await sqs.send(url, 'x');
    expect(bodies(await sqs.receive(url, { WaitTimeSeconds: 20 }))).toEqual(['x']);
  });

  test('gives every message of many to somebody, and none twice', async () => {
    const url = await sqs.createQueue();
    const expected = Array.from({ length: 25 }, (_, index) => `message ${index}`).sort();
    await Promise.all(expected.map((body) => sqs.send(url, body)));
    const found: Message[] = [];
    await vi.waitFor(async () => {
      const polls = await Promise.all([1, 2, 3].map(() => sqs.receive(url, { WaitTimeSeconds: 1 })));
      found.push(...polls.flat());
      expect(found.length).toBeGreaterThanOrEqual(expected.length);
    });
    expect(bodies(found)).toEqual(expected);
  });
});

describe.concurrent('a redrive policy', () => {
  async function queueWithDeadLetters(maxReceiveCount: number) {
    const deadUrl = await sqs.createQueue();
    const { QueueArn: deadLetterTargetArn } = await sqs.attributesOf(deadUrl);
    const url = await sqs.createQueue({
      VisibilityTimeout: '0',
      RedrivePolicy: JSON.stringify({ deadLetterTargetArn, maxReceiveCount }),
    });
    return { url, deadUrl };
  }

  test('moves a message that was received too often, as it was sent', async () => {
    const { url, deadUrl } = await queueWithDeadLetters(2);
    const { QueueArn } = await sqs.attributesOf(url);
    const MessageAttributes = { a: { DataType: 'String', StringValue: 'v' } };
    await sqs.send(url, 'x', { MessageAttributes, MessageGroupId: 'g' });
    const [first] = await sqs.receive(url);
    const [second] = await sqs.receive(url);
    expect(second?.Attributes?.ApproximateReceiveCount).toBe('2');
    expect(await sqs.receive(url, { WaitTimeSeconds: 0 })).toEqual([]);
    const [dead] = await sqs.receive(deadUrl, { WaitTimeSeconds: 20 });
    expect(dead).toMatchObject({
      MessageId: first?.MessageId,
      Body: 'x',
      MessageAttributes,
      Attributes: {
        SentTimestamp: first?.Attributes?.SentTimestamp,
        MessageGroupId: 'g',
        DeadLetterQueueSourceArn: QueueArn,
      },
    });
    await vi.waitFor(async () => expect(await sqs.counts(url)).toBe('0 0 0'), { timeout: 20_000 });
  });

  test('wakes who waits at the dead-letter queue', async () => {
    const { url, deadUrl } = await queueWithDeadLetters(1);
    await sqs.send(url, 'x');
    await sqs.receive(url);
    const poll = sqs.receive(deadUrl, { WaitTimeSeconds: 20 });
    expect(await sqs.receive(url, { WaitTimeSeconds: 1 })).toEqual([]);
    expect(bodies(await poll)).toEqual(['x']);
  });
});
