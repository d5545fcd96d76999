import {
  CancelMessageMoveTaskCommand,
  DeleteQueueCommand,
  ListMessageMoveTasksCommand,
  type ListMessageMoveTasksResultEntry,
  StartMessageMoveTaskCommand,
  type StartMessageMoveTaskCommandInput,
} from '@aws-sdk/client-sqs';
import { describe, expect, test, vi } from 'vitest';
import { conformanceSqs } from './sqs-endpoint.ts';

const sqs = conformanceSqs();
// AWS's figures lag behind what has happened.
const patience = { timeout: 60_000, interval: 200 };

/** A queue whose messages go to a dead-letter queue at their second receive. */
async function queueWithDeadLetters(deadLetterArn?: string) {
  const deadUrl = deadLetterArn === undefined ? await sqs.createQueue() : '';
  const deadArn = deadLetterArn ?? (await arnOf(deadUrl));
  const RedrivePolicy = JSON.stringify({ deadLetterTargetArn: deadArn, maxReceiveCount: 1 });
  const url = await sqs.createQueue({ VisibilityTimeout: '0', RedrivePolicy });
  return { url, arn: await arnOf(url), deadUrl, deadArn };
}

async function arnOf(url: string): Promise<string> {
  return (await sqs.attributesOf(url)).QueueArn ?? '';
}

/** Has SQS itself give the message up. */
async function giveUp(url: string, body: string): Promise<void> {
  await sqs.send(url, body, { MessageGroupId: 'g' });
  await vi.waitFor(
    async () => expect(await sqs.receive(url, { WaitTimeSeconds: 1 })).toHaveLength(1),
    patience,
  );
  await vi.waitFor(async () => {
    expect(await sqs.receive(url, { WaitTimeSeconds: 1 })).toEqual([]);
    expect(await sqs.counts(url)).toBe('0 0 0');
  }, patience);
}

async function sendDead(deadUrl: string, count: number): Promise<void> {
  await Promise.all(Array.from({ length: count }, (_, index) => sqs.send(deadUrl, `dead ${index}`)));
  await vi.waitFor(async () => expect(await sqs.counts(deadUrl)).toBe(`${count} 0 0`), patience);
}

const start = async (input: StartMessageMoveTaskCommandInput) =>
  (await sqs.client.send(new StartMessageMoveTaskCommand(input))).TaskHandle ?? '';
const list = async (SourceArn: string, MaxResults?: number) =>
  (await sqs.client.send(new ListMessageMoveTasksCommand({ SourceArn, MaxResults }))).Results ?? [];
const untilLatest = (SourceArn: string, expected: ListMessageMoveTasksResultEntry) =>
  vi.waitFor(async () => expect((await list(SourceArn))[0]).toMatchObject(expected), patience);

describe.concurrent('a move of dead letters', { timeout: 120_000 }, () => {
  test('sends what SQS gave up back to the queue it came from, as a new message', async () => {
    const { url, deadUrl, deadArn } = await queueWithDeadLetters();
    await giveUp(url, 'x');
    const [dead] = await vi.waitUntil(async () => {
      const messages = await sqs.receive(deadUrl, { VisibilityTimeout: 0 });
      return messages.length > 0 && messages;
    }, patience);
    await start({ SourceArn: deadArn });
    const [back] = await vi.waitUntil(async () => {
      const messages = await sqs.receive(url, { VisibilityTimeout: 60 });
      return messages.length > 0 && messages;
    }, patience);
    expect(back).toMatchObject({
      Body: 'x',
      Attributes: { ApproximateReceiveCount: '1', MessageGroupId: 'g' },
    });
    expect(back?.MessageId).not.toBe(dead?.MessageId);
    expect(Number(back?.Attributes?.SentTimestamp)).toBeGreaterThan(Number(dead?.Attributes?.SentTimestamp));
    expect(back?.Attributes).not.toHaveProperty('DeadLetterQueueSourceArn');
    await untilLatest(deadArn, { Status: 'COMPLETED', ApproximateNumberOfMessagesMoved: 1 });
    const [done] = await list(deadArn);
    expect(done).toMatchObject({ SourceArn: deadArn, StartedTimestamp: expect.any(Number) });
    for (const absent of ['TaskHandle', 'DestinationArn', 'MaxNumberOfMessagesPerSecond', 'FailureReason']) {
      expect(done?.[absent as keyof typeof done]).toBeUndefined();
    }
  });

  test('sends each message back to its own queue when several share a dead-letter queue', async () => {
    const one = await queueWithDeadLetters();
    const other = await queueWithDeadLetters(one.deadArn);
    await giveUp(one.url, 'one');
    await giveUp(other.url, 'other');
    await start({ SourceArn: one.deadArn });
    for (const [url, body] of [
      [one.url, 'one'],
      [other.url, 'other'],
    ] as const) {
      await vi.waitFor(
        async () => expect((await sqs.receive(url)).map(({ Body }) => Body)).toEqual([body]),
        patience,
      );
    }
  });

  test('cannot tell where to send what was sent to the dead-letter queue by somebody else', async () => {
    const { url, deadUrl, deadArn } = await queueWithDeadLetters();
    await sqs.send(deadUrl, 'x');
    await vi.waitFor(async () => expect(await sqs.counts(deadUrl)).toBe('1 0 0'), patience);
    await start({ SourceArn: deadArn });
    await untilLatest(deadArn, { Status: 'FAILED', FailureReason: 'CouldNotDetermineMessageSource' });
    expect(await sqs.counts(url)).toBe('0 0 0');
    await vi.waitFor(async () => expect(await sqs.receive(deadUrl)).toHaveLength(1), patience);
  });

  test('sends everything to the destination that it is told', async () => {
    const { arn, url, deadUrl, deadArn } = await queueWithDeadLetters();
    const MessageAttributes = { a: { DataType: 'String', StringValue: 'v' } };
    await sqs.send(deadUrl, 'x', { MessageAttributes });
    await vi.waitFor(async () => expect(await sqs.counts(deadUrl)).toBe('1 0 0'), patience);
    await start({ SourceArn: deadArn, DestinationArn: arn });
    const [back] = await vi.waitUntil(async () => {
      const messages = await sqs.receive(url);
      return messages.length > 0 && messages;
    }, patience);
    expect(back).toMatchObject({ Body: 'x', MessageAttributes });
    await untilLatest(deadArn, { Status: 'COMPLETED', DestinationArn: arn });
  });

  test('is one at a time for a queue, no faster than it is told, and can be cancelled', async () => {
    const { arn, deadUrl, deadArn } = await queueWithDeadLetters();
    await sendDead(deadUrl, 20);
    const slow = { SourceArn: deadArn, DestinationArn: arn, MaxNumberOfMessagesPerSecond: 1 };
    const TaskHandle = await start(slow);
    await expect(start(slow)).rejects.toMatchObject({
      Code: 'InvalidParameterValue',
      message: expect.stringContaining('already a task running'),
    });
    expect((await list(deadArn))[0]).toMatchObject({
      Status: 'RUNNING',
      TaskHandle,
      MaxNumberOfMessagesPerSecond: 1,
    });
    const cancelled = await sqs.client.send(new CancelMessageMoveTaskCommand({ TaskHandle }));
    expect(cancelled.ApproximateNumberOfMessagesMoved).toBeLessThan(20);
    await untilLatest(deadArn, { Status: 'CANCELLED' });
    expect(await sqs.receive(deadUrl)).not.toEqual([]);
    await start({ ...slow, MaxNumberOfMessagesPerSecond: 500 });
    await untilLatest(deadArn, { Status: 'COMPLETED' });
    expect((await list(deadArn, 10)).map(({ Status }) => Status)).toEqual(['COMPLETED', 'CANCELLED']);
  });

  test('fails when its destination is deleted meanwhile', async () => {
    const { deadUrl, deadArn } = await queueWithDeadLetters();
    await sendDead(deadUrl, 20);
    const elsewhere = await sqs.createQueue();
    const DestinationArn = await arnOf(elsewhere);
    await start({ SourceArn: deadArn, DestinationArn, MaxNumberOfMessagesPerSecond: 1 });
    await sqs.client.send(new DeleteQueueCommand({ QueueUrl: elsewhere }));
    await untilLatest(deadArn, {
      Status: 'FAILED',
      FailureReason: 'AWS.SimpleQueueService.NonExistentQueue',
    });
  });
});

describe.concurrent('a move of dead letters is refused', () => {
  test('from a queue that takes nobody’s dead letters', async () => {
    const SourceArn = await arnOf(await sqs.createQueue());
    await expect(start({ SourceArn })).rejects.toMatchObject({
      Code: 'InvalidParameterValue',
      message: expect.stringContaining('must be configured as a Dead Letter Queue'),
    });
  });

  test('from or to a queue that is not there', async () => {
    const { deadArn } = await queueWithDeadLetters();
    const none = { name: 'ResourceNotFoundException' };
    await expect(start({ SourceArn: `${deadArn}-none` })).rejects.toMatchObject(none);
    await expect(start({ SourceArn: deadArn, DestinationArn: `${deadArn}-none` })).rejects.toMatchObject(
      none,
    );
    await expect(list(`${deadArn}-none`)).rejects.toMatchObject(none);
  });

  test.each([0, 501])('at %d messages a second', async (MaxNumberOfMessagesPerSecond) => {
    const { deadArn } = await queueWithDeadLetters();
    await expect(start({ SourceArn: deadArn, MaxNumberOfMessagesPerSecond })).rejects.toMatchObject({
      Code: 'InvalidParameterValue',
    });
  });

  test('under a handle that is none, or of a move that there was not', async () => {
    const { deadArn } = await queueWithDeadLetters();
    const cancel = (TaskHandle: string) => sqs.client.send(new CancelMessageMoveTaskCommand({ TaskHandle }));
    await expect(cancel('forged')).rejects.toMatchObject({ Code: 'InvalidParameterValue' });
    const unknown = JSON.stringify({ taskId: crypto.randomUUID(), sourceArn: deadArn });
    await expect(cancel(Buffer.from(unknown).toString('base64'))).rejects.toMatchObject({
      name: 'ResourceNotFoundException',
    });
  });
});
