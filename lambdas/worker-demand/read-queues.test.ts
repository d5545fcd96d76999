import { GetQueueAttributesCommand, SQSClient } from '@aws-sdk/client-sqs';
import { mockClient } from 'aws-sdk-client-mock';
import { beforeEach, describe, expect, it } from 'vitest';
import { countDeadLetters, readQueues } from './read-queues.ts';

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

  it('counts visible messages on the queue, and asks no dead-letter queue', async () => {
    answer(task.queueUrl, '12');
    expect(await readQueues(client, [task])).toEqual([{ ...task, waiting: 12 }]);
  });

  it('counts the dead letters of all tasks together', async () => {
    const other = { ...task, deadLetterUrl: 'http://127.0.0.1/0/report-dead-letter' };
    answer(task.deadLetterUrl, '3');
    answer(other.deadLetterUrl, '4');
    expect(await countDeadLetters(client, [task, other])).toBe(7);
  });

  it('fails when one queue cannot be read', async () => {
    mock.on(GetQueueAttributesCommand).rejects(new Error('no such queue'));
    await expect(readQueues(client, [task])).rejects.toThrow('no such queue');
    await expect(countDeadLetters(client, [task])).rejects.toThrow('no such queue');
  });

  it('fails rather than take a missing count for nothing', async () => {
    answer(task.queueUrl);
    await expect(readQueues(client, [task])).rejects.toThrow(/upload answered "" as its Approx/);
  });
});
