import { createHash } from 'node:crypto';
import {
  type MessageAttributeValue,
  SendMessageBatchCommand,
  type SendMessageBatchRequestEntry,
  SendMessageCommand,
} from '@aws-sdk/client-sqs';
import { describe, expect, test, vi } from 'vitest';
import { conformanceSqs } from './sqs-endpoint.ts';

const sqs = conformanceSqs();
const md5 = (text: string) => createHash('md5').update(text).digest('hex');
const mebibyte = 1_048_576;

describe.concurrent('a message', () => {
  test('arrives as it was sent, with its digests', async () => {
    const url = await sqs.createQueue();
    const MessageBody = '{"text":"Zürich 🏠 line\\n"}';
    const MessageAttributes: Record<string, MessageAttributeValue> = {
      Foo: { DataType: 'String', StringValue: 'Bar' },
      Count: { DataType: 'Number', StringValue: '1' },
    };
    const sent = await sqs.client.send(
      new SendMessageCommand({ QueueUrl: url, MessageBody, MessageAttributes }),
    );
    expect(sent).toMatchObject({
      MD5OfMessageBody: md5(MessageBody),
      MD5OfMessageAttributes: '324758f82d026ac6ec5b31a3b192d1e3',
    });
    const [received] = await sqs.receive(url);
    expect(received).toMatchObject({
      MessageId: sent.MessageId,
      Body: MessageBody,
      MD5OfBody: md5(MessageBody),
      MessageAttributes,
      MD5OfMessageAttributes: '324758f82d026ac6ec5b31a3b192d1e3',
    });
  });

  test('may have binary attributes', async () => {
    const url = await sqs.createQueue();
    const bytes = Uint8Array.from({ length: 256 }, (_, index) => index);
    const sent = await sqs.client.send(
      new SendMessageCommand({
        QueueUrl: url,
        MessageBody: 'x',
        MessageAttributes: { bytes: { DataType: 'Binary.raw', BinaryValue: bytes } },
      }),
    );
    const [received] = await sqs.receive(url);
    expect(received?.MessageAttributes?.bytes).toEqual({ DataType: 'Binary.raw', BinaryValue: bytes });
    expect(received?.MD5OfMessageAttributes).toBe(sent.MD5OfMessageAttributes);
  });

  test('may consist of any character of XML 1.0', async () => {
    const url = await sqs.createQueue();
    const body = '\t\n\r \u007f\u0085\u2028\ud7ff\ue000\ufeff\ufffd🙂\u{1ffff}\u{10ffff}';
    await sqs.send(url, body);
    expect((await sqs.receive(url)).map(({ Body }) => Body)).toEqual([body]);
  });

  test.each(['\u0000', '\u0008', '\u000b', '\u001f', '\ufffe', '\uffff'])(
    'with the character %j is refused',
    async (character) => {
      const url = await sqs.createQueue();
      await expect(sqs.send(url, `a${character}b`)).rejects.toMatchObject({ name: 'InvalidMessageContents' });
      await expect(
        sqs.send(url, 'x', { MessageAttributes: { a: { DataType: 'String', StringValue: character } } }),
      ).rejects.toMatchObject({ Code: expect.stringMatching(/Invalid(MessageContents|ParameterValue)/) });
    },
  );

  test('must have a body', async () => {
    await expect(sqs.send(await sqs.createQueue(), '')).rejects.toMatchObject({
      Code: expect.stringMatching(/MissingParameter|InvalidParameterValue/),
    });
  });

  test('has at most 1 MiB of body and attributes together', async () => {
    const url = await sqs.createQueue();
    const attribute = (value: string) => ({
      MessageAttributes: { name: { DataType: 'String', StringValue: value } },
    });
    const fits = 'x'.repeat(mebibyte - 'name'.length - 'String'.length - 1);
    await sqs.send(url, 'é'.repeat(mebibyte / 2));
    await sqs.send(url, fits, attribute('1'));
    const tooLarge = { Code: 'InvalidParameterValue' };
    await expect(sqs.send(url, 'x'.repeat(mebibyte + 1))).rejects.toMatchObject(tooLarge);
    await expect(sqs.send(url, `${'é'.repeat(mebibyte / 2)}x`)).rejects.toMatchObject(tooLarge);
    await expect(sqs.send(url, fits, attribute('12'))).rejects.toMatchObject(tooLarge);
  });

  test('is refused by a queue that takes smaller ones only', async () => {
    const url = await sqs.createQueue({ MaximumMessageSize: '1024' });
    await sqs.send(url, 'x'.repeat(1024));
    await expect(sqs.send(url, 'x'.repeat(1025))).rejects.toMatchObject({ Code: 'InvalidParameterValue' });
  });

  test('has at most 10 attributes', async () => {
    const url = await sqs.createQueue();
    const attributes = (count: number) =>
      Object.fromEntries(
        Array.from({ length: count }, (_, index) => [`a${index}`, { DataType: 'String', StringValue: 'v' }]),
      );
    await sqs.send(url, 'x', { MessageAttributes: attributes(10) });
    const eleven = sqs.send(url, 'x', { MessageAttributes: attributes(11) });
    await expect(eleven).rejects.toMatchObject({ Code: 'InvalidParameterValue' });
  });

  test('keeps its group and its trace on a standard queue', async () => {
    const url = await sqs.createQueue();
    const header = 'Root=1-5759e988-bd862e3fe1be46a994272793;Parent=53995c3f42cd8ad8;Sampled=1';
    await sqs.send(url, 'x', {
      MessageGroupId: 'landlord-1',
      MessageSystemAttributes: { AWSTraceHeader: { DataType: 'String', StringValue: header } },
    });
    const [received] = await sqs.receive(url);
    expect(received?.Attributes).toMatchObject({ MessageGroupId: 'landlord-1', AWSTraceHeader: header });
  });

  test('is delayed as its sender says, else as its queue says', async () => {
    const url = await sqs.createQueue({ DelaySeconds: '600' });
    await sqs.send(url, 'by the queue');
    await sqs.send(url, 'by the sender', { DelaySeconds: 1 });
    await sqs.send(url, 'at once', { DelaySeconds: 0 });
    expect((await sqs.receive(url, { WaitTimeSeconds: 0 })).map(({ Body }) => Body)).not.toContain(
      'by the queue',
    );
    // Nobody polls meanwhile: the counts move with time alone.
    await vi.waitFor(async () => expect(await sqs.counts(url)).toBe('1 1 1'), { timeout: 10_000 });
    expect((await sqs.receive(url)).map(({ Body }) => Body)).toEqual(['by the sender']);
  });

  test('cannot be delayed for more than 15 minutes', async () => {
    const url = await sqs.createQueue();
    await sqs.send(url, 'x', { DelaySeconds: 900 });
    const longer = sqs.send(url, 'x', { DelaySeconds: 901 });
    await expect(longer).rejects.toMatchObject({ Code: 'InvalidParameterValue' });
  });
});

describe.concurrent('a batch', () => {
  const sendBatch = (QueueUrl: string, Entries: SendMessageBatchRequestEntry[]) =>
    sqs.client.send(new SendMessageBatchCommand({ QueueUrl, Entries }));
  const entries = (count: number, MessageBody = 'x') =>
    Array.from({ length: count }, (_, index) => ({ Id: `${index}`, MessageBody }));

  test('of ten messages is taken whole', async () => {
    const url = await sqs.createQueue();
    const { Successful, Failed } = await sendBatch(url, entries(10));
    expect(Successful?.map(({ Id, MD5OfMessageBody }) => [Id, MD5OfMessageBody])).toEqual(
      entries(10).map(({ Id }) => [Id, md5('x')]),
    );
    // The model calls the list required; AWS leaves it out.
    expect(Failed).toBeUndefined();
    await vi.waitFor(async () => expect(await sqs.counts(url)).toBe('10 0 0'), { timeout: 20_000 });
  });

  test('takes what is right and names what is wrong', async () => {
    const url = await sqs.createQueue();
    const { Successful, Failed } = await sendBatch(url, [
      { Id: 'right', MessageBody: 'right' },
      { Id: 'late', MessageBody: 'x', DelaySeconds: 901 },
    ]);
    expect(Successful?.map(({ Id }) => Id)).toEqual(['right']);
    expect(Failed).toMatchObject([{ Id: 'late', SenderFault: true, Code: 'InvalidParameterValue' }]);
    expect((await sqs.receive(url)).map(({ Body }) => Body)).toEqual(['right']);
  });

  test('is refused whole if it is empty, has more than ten entries, or ids twice or illegal', async () => {
    const url = await sqs.createQueue();
    await expect(sendBatch(url, [])).rejects.toMatchObject({ name: 'EmptyBatchRequest' });
    await expect(sendBatch(url, entries(11))).rejects.toMatchObject({ name: 'TooManyEntriesInBatchRequest' });
    await expect(sendBatch(url, [...entries(2), ...entries(1)])).rejects.toMatchObject({
      name: 'BatchEntryIdsNotDistinct',
    });
    for (const Id of ['a b', 'x'.repeat(81)]) {
      await expect(sendBatch(url, [{ Id, MessageBody: 'x' }])).rejects.toMatchObject({
        name: 'InvalidBatchEntryId',
      });
    }
  });

  test('has at most 1 MiB in all', async () => {
    const url = await sqs.createQueue();
    const { Successful } = await sendBatch(url, entries(4, 'x'.repeat(mebibyte / 4)));
    expect(Successful).toHaveLength(4);
    const larger = [...entries(4, 'x'.repeat(mebibyte / 4)), { Id: 'more', MessageBody: 'x' }];
    await expect(sendBatch(url, larger)).rejects.toMatchObject({ name: 'BatchRequestTooLong' });
  });
});
