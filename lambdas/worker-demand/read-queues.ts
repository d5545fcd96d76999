import { GetQueueAttributesCommand, type SQSClient } from '@aws-sdk/client-sqs';
import type { QueuedTask } from './config.ts';

/** A task with what lies on its two queues. */
export interface CountedTask extends QueuedTask {
  /** Visible messages; can lag up to a minute, but not the quarter of an hour of CloudWatch's SQS metrics. */
  waiting: number;
  deadLetters: number;
}

/** Counts what waits on every task's queue and dead-letter queue. Throws if a single one cannot be read. */
export function readQueues(sqs: SQSClient, tasks: readonly QueuedTask[]): Promise<CountedTask[]> {
  return Promise.all(
    tasks.map(async (task) => {
      const [waiting, deadLetters] = await Promise.all([
        visibleMessages(sqs, task.queueUrl),
        visibleMessages(sqs, task.deadLetterUrl),
      ]);
      return { ...task, waiting, deadLetters };
    }),
  );
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
