import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import {
  DeleteMessageBatchCommand,
  DeleteMessageCommand,
  type Message,
  ReceiveMessageCommand,
  SendMessageBatchCommand,
  SendMessageCommand,
  SQSClient,
} from '@aws-sdk/client-sqs';
import { expect, onTestFinished, test } from 'vitest';
import type { AwsError } from '../json-protocol.ts';
import { localCredentials, localRegion } from '../local-service.ts';
import { startServer } from '../server.ts';
import { createSqs } from '../sqs/create-sqs.ts';
import { createSqsFaults, roughRates, type SqsFaultRates } from './sqs-faults.ts';

/** A queue to which just this happens, for a client that tries everything once. */
async function troubledQueue(rates: SqsFaultRates) {
  const faults = createSqsFaults({ seed: 'test', rates });
  const stateDirectory = await mkdtemp(join(tmpdir(), 'sqs-faults-'));
  let endpoint = '';
  const sqs = createSqs({ stateDirectory, endpoint: () => endpoint, interfere: faults.interfere });
  const server = await startServer({ port: 0, services: [sqs] });
  endpoint = server.url;
  const client = new SQSClient({
    endpoint,
    region: localRegion,
    credentials: localCredentials,
    maxAttempts: 1,
  });
  onTestFinished(async () => {
    client.destroy();
    await server.close();
    await sqs.close();
    await rm(stateDirectory, { recursive: true });
  });
  const { QueueUrl } = await sqs.call<{ QueueUrl: string }>('CreateQueue', { QueueName: 'troubled' });
  const counts = async () => {
    const { Attributes } = await sqs.call<{ Attributes: Record<string, string> }>('GetQueueAttributes', {
      QueueUrl,
      AttributeNames: ['All'],
    });
    return [Attributes.ApproximateNumberOfMessages, Attributes.ApproximateNumberOfMessagesNotVisible].join(
      ' ',
    );
  };
  /** Past the faults. */
  const sendQuietly = (MessageBody: string) => sqs.call('SendMessage', { QueueUrl, MessageBody });
  const receiveQuietly = async () =>
    (await sqs.call<{ Messages?: Message[] }>('ReceiveMessage', { QueueUrl, MaxNumberOfMessages: 10 }))
      .Messages ?? [];
  return { client, QueueUrl, counts, sendQuietly, receiveQuietly, faults };
}

test('a throttled call is refused in a way that makes SDKs slow down, and did nothing', async () => {
  const { client, QueueUrl, counts } = await troubledQueue({ throttled: 1 });
  const sent = client.send(new SendMessageCommand({ QueueUrl, MessageBody: 'x' }));
  await expect(sent).rejects.toMatchObject({ name: 'RequestThrottled' });
  expect(await counts()).toBe('0 0');
});

test('a failed call is answered by a server’s error, and did nothing', async () => {
  const { client, QueueUrl, counts } = await troubledQueue({ failed: 1 });
  const sent = client.send(new SendMessageCommand({ QueueUrl, MessageBody: 'x' }));
  await expect(sent).rejects.toMatchObject({ $metadata: { httpStatusCode: 500 } });
  expect(await counts()).toBe('0 0');
});

test('a call whose answer is lost was done all the same', async () => {
  const { client, QueueUrl, counts, sendQuietly, receiveQuietly } = await troubledQueue({ 'answer lost': 1 });
  const sent = client.send(new SendMessageCommand({ QueueUrl, MessageBody: 'x' }));
  await expect(sent).rejects.toMatchObject({ $metadata: { httpStatusCode: 500 } });
  await sendQuietly('y');
  expect(await counts()).toBe('2 0');
  const [message] = await receiveQuietly();
  const deleted = client.send(new DeleteMessageCommand({ QueueUrl, ReceiptHandle: message?.ReceiptHandle }));
  await expect(deleted).rejects.toMatchObject({ $metadata: { httpStatusCode: 500 } });
  expect(await counts()).toBe('0 1');
});

test.each([
  ['entry failed', { told: 'Failed', left: '0 4' }],
  ['entry answer lost', { told: 'Failed', left: '0 0' }],
  ['delete ignored', { told: 'Successful', left: '0 4' }],
] as const)('in a batch of deletes: %s', async (fault, { told, left }) => {
  const { client, QueueUrl, counts, sendQuietly, receiveQuietly } = await troubledQueue({ [fault]: 1 });
  for (const body of ['a', 'b', 'c', 'd']) await sendQuietly(body);
  const Entries = (await receiveQuietly()).map(({ ReceiptHandle }, index) => ({
    Id: `${index}`,
    ReceiptHandle,
  }));
  const answer = await client.send(new DeleteMessageBatchCommand({ QueueUrl, Entries }));
  expect(answer[told]?.map(({ Id }) => Id)).toEqual(['0', '1', '2', '3']);
  expect(answer[told === 'Failed' ? 'Successful' : 'Failed'] ?? []).toEqual([]);
  expect(await counts()).toBe(left);
});

test('a batch may fail in part', async () => {
  const { client, QueueUrl, counts } = await troubledQueue({ 'entry failed': 0.5 });
  const Entries = Array.from({ length: 10 }, (_, index) => ({ Id: `${index}`, MessageBody: 'x' }));
  const { Successful = [], Failed = [] } = await client.send(
    new SendMessageBatchCommand({ QueueUrl, Entries }),
  );
  expect(Successful.length).toBeGreaterThan(0);
  expect(Failed.length).toBeGreaterThan(0);
  expect([...Successful, ...Failed].map(({ Id }) => Id).sort()).toEqual(Entries.map(({ Id }) => Id));
  expect(await counts()).toBe(`${Successful.length} 0`);
});

test('a delete may be ignored that was told as done', async () => {
  const { client, QueueUrl, counts, sendQuietly, receiveQuietly } = await troubledQueue({
    'delete ignored': 1,
  });
  await sendQuietly('x');
  const [message] = await receiveQuietly();
  await client.send(new DeleteMessageCommand({ QueueUrl, ReceiptHandle: message?.ReceiptHandle }));
  expect(await counts()).toBe('0 1');
});

test('a message may be delivered again while it is worked on', async () => {
  const { client, QueueUrl, sendQuietly } = await troubledQueue({ 'delivered twice': 1 });
  await sendQuietly('x');
  const receive = () => client.send(new ReceiveMessageCommand({ QueueUrl, WaitTimeSeconds: 10 }));
  const [first, second] = [await receive(), await receive()];
  expect(second.Messages?.[0]?.MessageId).toBe(first.Messages?.[0]?.MessageId);
});

test('callers in this process are spared', async () => {
  const { sendQuietly, counts } = await troubledQueue({ throttled: 1 });
  await sendQuietly('x');
  expect(await counts()).toBe('1 0');
});

test('the same seed does the same to the same calls, at the rates that were asked for', async () => {
  const operations = Array.from({ length: 6000 }, (_, index) =>
    index % 3 === 0 ? 'SendMessage' : 'ReceiveMessage',
  );
  const fates = async (seed: string) => {
    const faults = createSqsFaults({ seed });
    const asked = operations.map((operation) =>
      faults
        .interfere({ operation, input: {} }, async (input) => input)
        .then(
          (answer) => JSON.stringify(answer),
          (error) => (error as AwsError).code,
        ),
    );
    return { told: await Promise.all(asked), faults };
  };
  const [one, again, other] = [await fates('1'), await fates('1'), await fates('2')];
  expect(again.told).toEqual(one.told);
  expect(other.told).not.toEqual(one.told);
  expect(one.faults.calls()).toBe(operations.length);
  expect(one.faults.counts.throttled / operations.length).toBeCloseTo(roughRates.throttled ?? 0, 1);
});
