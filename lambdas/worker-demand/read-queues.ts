import { GetQueueAttributesCommand, type SQSClient } from '@aws-sdk/client-sqs';
import type { DemandTask } from '../../tasks/names.ts';

/** What lies on a task's two queues. */
export interface QueueCounts {
  task: string;
  /** Visible messages; can lag up to a minute, but not the quarter of an hour of CloudWatch's SQS metrics. */
  waiting: number;
  deadLetters: number;
}

/** Counts what waits on every task's queue and dead-letter queue. Throws if a single one cannot be read. */
export function readQueues(sqs: SQSClient, tasks: readonly DemandTask[]): Promise<QueueCounts[]> {
  return Promise.all(
    tasks.map(async ({ name, queueUrl, deadLetterUrl }) => {
      const [waiting, deadLetters] = await Promise.all([
        visibleMessages(sqs, queueUrl),
        visibleMessages(sqs, deadLetterUrl),
      ]);
      return { task: name, waiting, deadLetters };
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
