import { GetQueueAttributesCommand, type SQSClient } from '@aws-sdk/client-sqs';
import type { QueuedTask } from './config.ts';

/** A task with what lies on its queue. */
export interface CountedTask extends QueuedTask {
  /** Visible messages; can lag up to a minute, but not the quarter of an hour of CloudWatch's SQS metrics. */
  waiting: number;
}

/** Counts what waits on every task's queue. Throws if a single one cannot be read. */
export function readQueues(sqs: SQSClient, tasks: readonly QueuedTask[]): Promise<CountedTask[]> {
  return Promise.all(
    tasks.map(async (task) => ({ ...task, waiting: await visibleMessages(sqs, task.queueUrl) })),
  );
}

/** Counts the dead letters of all tasks together. Throws if a single dead-letter queue cannot be read. */
export async function countDeadLetters(sqs: SQSClient, tasks: readonly QueuedTask[]): Promise<number> {
  const counts = await Promise.all(tasks.map(({ deadLetterUrl }) => visibleMessages(sqs, deadLetterUrl)));
  return counts.reduce((sum, count) => sum + count, 0);
}

async function visibleMessages(sqs: SQSClient, queueUrl: string): Promise<number> {
  const { Attributes } = await sqs.send(
    new GetQueueAttributesCommand({
      QueueUrl: queueUrl,
      AttributeNames: ['ApproximateNumberOfMessages'],
    }),
  );
  const text = Attributes?.ApproximateNumberOfMessages ?? '';
  if (!/^\d+$/.test(text)) {
    throw new Error(`${queueUrl} answered ${JSON.stringify(text)} as its ApproximateNumberOfMessages`);
  }
  return Number(text);
}
