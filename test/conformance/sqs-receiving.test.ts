import {
  ChangeMessageVisibilityBatchCommand,
  ChangeMessageVisibilityCommand,
  DeleteMessageBatchCommand,
  DeleteMessageCommand,
  type Message,
  ReceiveMessageCommand,
} from '@aws-sdk/client-sqs';
import { describe, expect, test, vi } from 'vitest';
import { conformanceSqs } from './sqs-endpoint.ts';

const sqs = conformanceSqs();
const bodies = (messages: Message[]) => messages.map(({ Body }) => Body).sort();
const remove = (QueueUrl: string, message?: Message) =>
  sqs.client.send(new DeleteMessageCommand({ QueueUrl, ReceiptHandle: message?.ReceiptHandle }));
const hideFor = (QueueUrl: string, message: Message | undefined, VisibilityTimeout: number) =>
  sqs.client.send(
    new ChangeMessageVisibilityCommand({
      QueueUrl,
      ReceiptHandle: message?.ReceiptHandle,
      VisibilityTimeout,
    }),
  );
const settled = (url: string, counts: string) =>
  vi.waitFor(async () => expect(await sqs.counts(url)).toBe(counts), { timeout: 20_000 });

describe.concurrent('a received message', () => {
  test('is hidden for its queue’s visibility timeout and comes again', async () => {
    const url = await sqs.createQueue({ VisibilityTimeout: '2' });
    const sentAfter = Date.now();
    await sqs.send(url, 'x');
    const [first] = await sqs.receive(url);
    expect(await sqs.receive(url, { WaitTimeSeconds: 0 })).toEqual([]);
    await settled(url, '0 1 0');
    // Nobody polls meanwhile: the counts move with time alone.
    await settled(url, '1 0 0');
    const [second] = await sqs.receive(url);
    expect(first?.Attributes).toMatchObject({ ApproximateReceiveCount: '1' });
    expect(second?.MessageId).toBe(first?.MessageId);
    expect(second?.ReceiptHandle).not.toBe(first?.ReceiptHandle);
    expect(second?.Attributes).toMatchObject({
      ApproximateReceiveCount: '2',
      SentTimestamp: first?.Attributes?.SentTimestamp,
      ApproximateFirstReceiveTimestamp: first?.Attributes?.ApproximateFirstReceiveTimestamp,
      SenderId: expect.stringMatching(/./),
    });
    // The two clocks may differ by some minutes.
    expect(Math.abs(Number(first?.Attributes?.SentTimestamp) - sentAfter)).toBeLessThan(600_000);
  });

  test('is hidden for as long as its receiver says', async () => {
    const url = await sqs.createQueue({ VisibilityTimeout: '0' });
    await sqs.send(url, 'x');
    const [message] = await sqs.receive(url, { VisibilityTimeout: 600 });
    expect(await sqs.receive(url, { WaitTimeSeconds: 1 })).toEqual([]);
    await remove(url, message);
    await settled(url, '0 0 0');
  });

  test('stays hidden when its visibility is extended in time', async () => {
    const url = await sqs.createQueue();
    await sqs.send(url, 'x');
    const [message] = await sqs.receive(url, { VisibilityTimeout: 3 });
    await hideFor(url, message, 600);
    expect(await sqs.receive(url, { WaitTimeSeconds: 4 })).toEqual([]);
    await settled(url, '0 1 0');
  });

  test('is visible at once when its visibility is set to 0', async () => {
    const url = await sqs.createQueue({ VisibilityTimeout: '600' });
    await sqs.send(url, 'x');
    const [message] = await sqs.receive(url);
    await hideFor(url, message, 0);
    const [again] = await sqs.receive(url);
    expect(again?.Attributes?.ApproximateReceiveCount).toBe('2');
  });

  test('cannot be hidden for more than 12 hours in all, counted from its receipt', async () => {
    const url = await sqs.createQueue();
    await sqs.send(url, 'x');
    const [message] = await sqs.receive(url);
    await expect(hideFor(url, message, 43_201)).rejects.toMatchObject({ Code: 'InvalidParameterValue' });
    // Once a second of the 12 hours is used up, 12 more hours are too many.
    await vi.waitFor(
      () => expect(hideFor(url, message, 43_200)).rejects.toMatchObject({ Code: 'InvalidParameterValue' }),
      { timeout: 10_000 },
    );
    await hideFor(url, message, 43_000);
  });

  test('that was deleted does not come again, and a second delete is no error', async () => {
    const url = await sqs.createQueue({ VisibilityTimeout: '1' });
    await sqs.send(url, 'x');
    const [message] = await sqs.receive(url);
    await remove(url, message);
    await remove(url, message);
    expect(await sqs.receive(url)).toEqual([]);
    await settled(url, '0 0 0');
  });

  test('that was deleted cannot be hidden', async () => {
    const url = await sqs.createQueue();
    await sqs.send(url, 'x');
    const [message] = await sqs.receive(url);
    await remove(url, message);
    await expect(hideFor(url, message, 60)).rejects.toMatchObject({
      Code: expect.stringMatching(/InvalidParameterValue|MessageNotInflight/),
    });
  });

  test('that is visible again is not hidden by its old handle', async () => {
    const url = await sqs.createQueue();
    await sqs.send(url, 'x');
    const [message] = await sqs.receive(url);
    await hideFor(url, message, 0);
    // AWS was seen to do either: to refuse, or to agree and to do nothing.
    await hideFor(url, message, 60).catch((error) =>
      expect(error).toMatchObject({ Code: 'AWS.SimpleQueueService.MessageNotInflight' }),
    );
    expect(bodies(await sqs.receive(url))).toEqual(['x']);
  });

  test('can be deleted with the handle of its latest receipt, and an earlier handle is no error', async () => {
    const url = await sqs.createQueue();
    await sqs.send(url, 'x');
    const [earlier] = await sqs.receive(url, { VisibilityTimeout: 0 });
    const [latest] = await sqs.receive(url);
    await remove(url, earlier);
    await remove(url, latest);
    await settled(url, '0 0 0');
  });

  test('is not settled by a handle that nobody gave', async () => {
    const url = await sqs.createQueue();
    const forged = { ReceiptHandle: 'forged' };
    await expect(remove(url, forged)).rejects.toMatchObject({ name: 'ReceiptHandleIsInvalid' });
    await expect(hideFor(url, forged, 1)).rejects.toMatchObject({ name: 'ReceiptHandleIsInvalid' });
  });

  test('is settled with others in batches that name what is wrong', async () => {
    const url = await sqs.createQueue();
    for (const body of ['a', 'b']) await sqs.send(url, body);
    const messages: Message[] = [];
    await vi.waitFor(async () => {
      messages.push(...(await sqs.receive(url)));
      expect(messages).toHaveLength(2);
    });
    const forged = { Id: 'forged', ReceiptHandle: 'forged' };
    const Entries = messages.map(({ ReceiptHandle }, index) => ({ Id: `${index}`, ReceiptHandle }));
    const hidden = await sqs.client.send(
      new ChangeMessageVisibilityBatchCommand({
        QueueUrl: url,
        Entries: [...Entries, forged].map((entry) => ({ ...entry, VisibilityTimeout: 100 })),
      }),
    );
    const removed = await sqs.client.send(
      new DeleteMessageBatchCommand({ QueueUrl: url, Entries: [...Entries, forged] }),
    );
    for (const { Successful, Failed } of [hidden, removed]) {
      expect(Successful?.map(({ Id }) => Id)).toEqual(['0', '1']);
      expect(Failed).toMatchObject([{ Id: 'forged', SenderFault: true, Code: 'ReceiptHandleIsInvalid' }]);
    }
    await settled(url, '0 0 0');
  });

  test('shows the attributes that were asked for', async () => {
    const url = await sqs.createQueue();
    const text = { DataType: 'String', StringValue: 'v' };
    await sqs.send(url, 'x', { MessageAttributes: { 'a.b': text, 'a.c': text, d: text } });
    const see = async (more: object) => {
      const answer = await sqs.client.send(
        new ReceiveMessageCommand({ QueueUrl: url, VisibilityTimeout: 0, WaitTimeSeconds: 2, ...more }),
      );
      const [message] = answer.Messages ?? [];
      return [
        Object.keys(message?.Attributes ?? {}).sort(),
        Object.keys(message?.MessageAttributes ?? {}).sort(),
      ];
    };
    expect(await see({})).toEqual([[], []]);
    expect(await see({ MessageAttributeNames: ['d', 'none'] })).toEqual([[], ['d']]);
    expect(await see({ MessageAttributeNames: ['a.*'] })).toEqual([[], ['a.b', 'a.c']]);
    expect(await see({ MessageAttributeNames: ['.*'] })).toEqual([[], ['a.b', 'a.c', 'd']]);
    expect(await see({ AttributeNames: ['SentTimestamp'] })).toEqual([['SentTimestamp'], []]);
    expect(await see({ MessageSystemAttributeNames: ['SenderId', 'MessageGroupId'] })).toEqual([
      ['SenderId'],
      [],
    ]);
    expect((await see({ AttributeNames: ['All'] }))[0]).toEqual([
      'ApproximateFirstReceiveTimestamp',
      'ApproximateReceiveCount',
      'SenderId',
      'SentTimestamp',
    ]);
  });
});
