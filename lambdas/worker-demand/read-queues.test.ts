import { GetQueueAttributesCommand, SQSClient } from '@aws-sdk/client-sqs';
import { mockClient } from 'aws-sdk-client-mock';
import { beforeEach, describe, expect, it } from 'vitest';
import { readQueues } from './read-queues.ts';

const client = new SQSClient({ region: 'eu-west-2' });
const mock = mockClient(client);
beforeEach(() => void mock.reset());

describe('readQueues', () => {
  const task = {
    name: 'property-upload',
    queueUrl: 'http://127.0.0.1/0/upload',
    deadLetterUrl: 'http://127.0.0.1/0/upload-dead-letter',
    concurrency: 2,
    startWithinSeconds: 120,
    expectedSeconds: 20,
  };
  const answer = (QueueUrl: string, ApproximateNumberOfMessages?: string) =>
    mock.on(GetQueueAttributesCommand, { QueueUrl }).resolves({
      ...(ApproximateNumberOfMessages === undefined ? {} : { Attributes: { ApproximateNumberOfMessages } }),
    });

  it('counts visible messages on the queue and its dead-letter queue', async () => {
    answer(task.queueUrl, '12');
    answer(task.deadLetterUrl, '3');
    expect(await readQueues(client, [task])).toEqual([{ ...task, waiting: 12, deadLetters: 3 }]);
  });

  it('fails when one queue cannot be read', async () => {
    answer(task.queueUrl, '12');
    mock.on(GetQueueAttributesCommand, { QueueUrl: task.deadLetterUrl }).rejects(new Error('no such queue'));
    await expect(readQueues(client, [task])).rejects.toThrow('no such queue');
  });

  it('fails rather than take a missing count for nothing', async () => {
    answer(task.queueUrl);
    answer(task.deadLetterUrl, '0');
    await expect(readQueues(client, [task])).rejects.toThrow(/upload answered "" as its Approx/);
  });
});
