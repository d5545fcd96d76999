import {
  CreateQueueCommand,
  DeleteQueueCommand,
  GetQueueAttributesCommand,
  GetQueueUrlCommand,
  ListQueuesCommand,
  ListQueueTagsCommand,
  PurgeQueueCommand,
  SendMessageCommand,
  SetQueueAttributesCommand,
  TagQueueCommand,
  UntagQueueCommand,
} from '@aws-sdk/client-sqs';
import { describe, expect, test, vi } from 'vitest';
import { conformanceSqs } from './sqs-endpoint.ts';

const sqs = conformanceSqs();

describe.concurrent('a queue', () => {
  test('is the same one when it is created again with the same settings', async () => {
    const url = await sqs.createQueue({ VisibilityTimeout: '77' });
    const QueueName = url.split('/').at(-1);
    for (const Attributes of [{ VisibilityTimeout: '77' }, {}]) {
      const again = await sqs.client.send(new CreateQueueCommand({ QueueName, Attributes }));
      expect(again.QueueUrl).toBe(url);
    }
  });

  test('is not created again with other settings', async () => {
    const url = await sqs.createQueue({ VisibilityTimeout: '77' });
    const again = sqs.client.send(
      new CreateQueueCommand({ QueueName: url.split('/').at(-1), Attributes: { VisibilityTimeout: '78' } }),
    );
    await expect(again).rejects.toMatchObject({ name: 'QueueNameExists' });
  });

  test('is found by its name', async () => {
    const url = await sqs.createQueue();
    const found = await sqs.client.send(new GetQueueUrlCommand({ QueueName: url.split('/').at(-1) }));
    expect(found.QueueUrl).toBe(url);
  });

  test('that is not there is told so with its code of old', async () => {
    const url = await sqs.createQueue();
    const missing = `${url}-none`;
    for (const command of [
      new GetQueueUrlCommand({ QueueName: missing.split('/').at(-1) }),
      new GetQueueAttributesCommand({ QueueUrl: missing, AttributeNames: ['All'] }),
      new SendMessageCommand({ QueueUrl: missing, MessageBody: 'x' }),
    ]) {
      await expect(sqs.client.send(command as SendMessageCommand)).rejects.toMatchObject({
        name: 'QueueDoesNotExist',
        Error: { Code: 'AWS.SimpleQueueService.NonExistentQueue', Type: 'Sender' },
      });
    }
  });

  test('is gone after it was deleted', async () => {
    const url = await sqs.createQueue();
    await sqs.client.send(new DeleteQueueCommand({ QueueUrl: url }));
    await vi.waitFor(
      () =>
        expect(
          sqs.client.send(new GetQueueUrlCommand({ QueueName: url.split('/').at(-1) })),
        ).rejects.toMatchObject({ name: 'QueueDoesNotExist' }),
      { timeout: 70_000 },
    );
  }, 75_000);

  test('has a name of letters, digits, hyphens and underscores', async () => {
    for (const QueueName of ['a b', 'a.b', 'x'.repeat(81)]) {
      await expect(sqs.client.send(new CreateQueueCommand({ QueueName }))).rejects.toMatchObject({
        Code: 'InvalidParameterValue',
      });
    }
  });

  test('has SQS’s settings until others are set', async () => {
    const url = await sqs.createQueue();
    expect(await sqs.attributesOf(url)).toMatchObject({
      QueueArn: expect.stringMatching(/^arn:aws:sqs:[a-z0-9-]+:\d{12}:conformance-/),
      VisibilityTimeout: '30',
      MaximumMessageSize: '1048576',
      MessageRetentionPeriod: '345600',
      DelaySeconds: '0',
      ReceiveMessageWaitTimeSeconds: '0',
      ApproximateNumberOfMessages: '0',
      ApproximateNumberOfMessagesNotVisible: '0',
      ApproximateNumberOfMessagesDelayed: '0',
      CreatedTimestamp: expect.stringMatching(/^\d{10}$/),
      LastModifiedTimestamp: expect.stringMatching(/^\d{10}$/),
    });
    await sqs.client.send(
      new SetQueueAttributesCommand({
        QueueUrl: url,
        Attributes: { VisibilityTimeout: '60', MessageRetentionPeriod: '604800' },
      }),
    );
    await vi.waitFor(
      async () =>
        expect(await sqs.attributesOf(url)).toMatchObject({
          VisibilityTimeout: '60',
          MessageRetentionPeriod: '604800',
          DelaySeconds: '0',
        }),
      { timeout: 60_000 },
    );
  }, 65_000);

  test('answers with the attributes that were asked for', async () => {
    const url = await sqs.createQueue();
    const { Attributes } = await sqs.client.send(
      new GetQueueAttributesCommand({ QueueUrl: url, AttributeNames: ['QueueArn', 'Policy'] }),
    );
    expect(Object.keys(Attributes ?? {})).toEqual(['QueueArn']);
    const unknown = new GetQueueAttributesCommand({ QueueUrl: url, AttributeNames: ['Colour' as 'All'] });
    await expect(sqs.client.send(unknown)).rejects.toMatchObject({ name: 'InvalidAttributeName' });
  });

  test.each([
    ['VisibilityTimeout', '43201', 'InvalidAttributeValue'],
    ['VisibilityTimeout', 'long', 'InvalidAttributeValue'],
    ['MessageRetentionPeriod', '59', 'InvalidAttributeValue'],
    ['MessageRetentionPeriod', '1209601', 'InvalidAttributeValue'],
    ['DelaySeconds', '901', 'InvalidAttributeValue'],
    ['ReceiveMessageWaitTimeSeconds', '21', 'InvalidAttributeValue'],
    ['MaximumMessageSize', '1048577', 'InvalidAttributeValue'],
    ['Colour', 'red', 'InvalidAttributeName'],
  ])('refuses %s = %s', async (name, value, error) => {
    const QueueUrl = await sqs.createQueue();
    const set = sqs.client.send(new SetQueueAttributesCommand({ QueueUrl, Attributes: { [name]: value } }));
    await expect(set).rejects.toMatchObject({ name: error });
  });

  test('keeps its policy and its redrive policy as they were set, and drops them when set empty', async () => {
    const url = await sqs.createQueue();
    const { QueueArn: deadLetterTargetArn } = await sqs.attributesOf(await sqs.createQueue());
    const { QueueArn } = await sqs.attributesOf(url);
    const policy = {
      Version: '2012-10-17',
      Statement: [
        {
          Effect: 'Deny',
          Principal: '*',
          Action: 'sqs:*',
          Resource: QueueArn,
          Condition: { Bool: { 'aws:SecureTransport': 'false' } },
        },
      ],
    };
    const redrive = { deadLetterTargetArn, maxReceiveCount: 1000 };
    const set = (Policy: string, RedrivePolicy: string) =>
      sqs.client.send(
        new SetQueueAttributesCommand({ QueueUrl: url, Attributes: { Policy, RedrivePolicy } }),
      );
    await set(JSON.stringify(policy), JSON.stringify(redrive));
    await vi.waitFor(
      async () => {
        const attributes = await sqs.attributesOf(url);
        expect(JSON.parse(attributes.Policy ?? 'null')).toEqual(policy);
        expect(JSON.parse(attributes.RedrivePolicy ?? 'null')).toEqual(redrive);
      },
      { timeout: 60_000 },
    );
    await set('', '');
    await vi.waitFor(
      async () => {
        const attributes = await sqs.attributesOf(url);
        expect([attributes.Policy, attributes.RedrivePolicy]).toEqual([undefined, undefined]);
      },
      { timeout: 60_000 },
    );
  }, 125_000);

  test('cannot redrive to a queue that is not there, nor after more than 1000 receipts', async () => {
    const url = await sqs.createQueue();
    const { QueueArn } = await sqs.attributesOf(url);
    const set = (policy: object) =>
      sqs.client.send(
        new SetQueueAttributesCommand({
          QueueUrl: url,
          Attributes: { RedrivePolicy: JSON.stringify(policy) },
        }),
      );
    const missing = set({ deadLetterTargetArn: `${QueueArn}-none`, maxReceiveCount: 3 });
    await expect(missing).rejects.toMatchObject({
      Code: expect.stringMatching(/InvalidParameterValue|NonExistentQueue/),
    });
    const often = set({ deadLetterTargetArn: QueueArn, maxReceiveCount: 1001 });
    await expect(often).rejects.toMatchObject({ Code: 'InvalidParameterValue' });
  });

  test('has tags', async () => {
    const QueueUrl = await sqs.createQueue();
    await sqs.client.send(new TagQueueCommand({ QueueUrl, Tags: { a: '1', b: '2' } }));
    await sqs.client.send(new TagQueueCommand({ QueueUrl, Tags: { b: '3' } }));
    await sqs.client.send(new UntagQueueCommand({ QueueUrl, TagKeys: ['a'] }));
    expect((await sqs.client.send(new ListQueueTagsCommand({ QueueUrl }))).Tags).toEqual({ b: '3' });
  });

  test('is empty after a purge and cannot be purged again at once', async () => {
    const url = await sqs.createQueue();
    await sqs.send(url, 'waits');
    await sqs.send(url, 'delayed', { DelaySeconds: 600 });
    await sqs.client.send(new PurgeQueueCommand({ QueueUrl: url }));
    const again = sqs.client.send(new PurgeQueueCommand({ QueueUrl: url }));
    await expect(again).rejects.toMatchObject({ name: 'PurgeQueueInProgress' });
    await vi.waitFor(async () => expect(await sqs.counts(url)).toBe('0 0 0'), { timeout: 70_000 });
  }, 75_000);
});

test('queues are listed by the beginning of their names, in pages', async () => {
  const QueueNamePrefix = sqs.uniqueName();
  const names = ['a', 'b', 'c'].map((letter) => `${QueueNamePrefix}-${letter}`);
  const urls: string[] = [];
  for (const QueueName of names) {
    urls.push((await sqs.client.send(new CreateQueueCommand({ QueueName }))).QueueUrl ?? '');
  }
  try {
    const list = (more: object) => sqs.client.send(new ListQueuesCommand({ QueueNamePrefix, ...more }));
    await vi.waitFor(async () => expect((await list({})).QueueUrls?.toSorted()).toEqual(urls), {
      timeout: 20_000,
    });
    const first = await list({ MaxResults: 2 });
    const second = await list({ MaxResults: 2, NextToken: first.NextToken });
    expect([...(first.QueueUrls ?? []), ...(second.QueueUrls ?? [])].sort()).toEqual(urls);
    expect(first.QueueUrls).toHaveLength(2);
    expect(second.NextToken).toBeUndefined();
  } finally {
    for (const QueueUrl of urls) await sqs.client.send(new DeleteQueueCommand({ QueueUrl }));
  }
});
