import { SendMessageCommand, type SQSClient } from '@aws-sdk/client-sqs';
import type { TaskClient } from '../../client/task-client.ts';
import type { WorkerQueues } from '../../tasks/names.ts';
import { faultTasks } from './fault-tasks.ts';
import type { PlannedMessage } from './make-plan.ts';

/** What the sender was told. */
export interface Sent {
  message: PlannedMessage;
  /** Left out for a message that cannot name its run. */
  runId?: string;
  /** The answer to its cancellation. */
  cancelled?: 'cancelled' | 'already-ended';
}

const sendersAtOnce = 24;
const pauseMs = 200;
const mostTries = 1000;

/**
 * Sends everything that is planned and cancels what is to be cancelled, insisting on each until it is accepted, as a web
 * application would. `onSent` is told of each.
 */
export async function sendPlan(options: {
  messages: readonly PlannedMessage[];
  client: TaskClient;
  sqs: SQSClient;
  queues: WorkerQueues;
  onSent(sent: Sent): void;
}): Promise<void> {
  const { messages, client, sqs, queues, onSent } = options;
  const cancelling: Promise<void>[] = [];

  const sendOnce = async ({ id, task, input, rawBody, idempotencyKey }: PlannedMessage) => {
    if (rawBody !== undefined) {
      await sqs.send(new SendMessageCommand({ QueueUrl: queues[task]?.url, MessageBody: rawBody }));
      return undefined;
    }
    const definition = faultTasks.find(({ name }) => name === task);
    if (!definition) throw new Error(`The plan names a task that there is not: ${task}`);
    return client.send(definition, input as never, { id, ...(idempotencyKey && { idempotencyKey }) });
  };
  const send = async (message: PlannedMessage) => {
    const runId = await insist(() => sendOnce(message));
    if (message.twice) await insist(() => sendOnce(message));
    const sent: Sent = { message, ...(runId && { runId }) };
    onSent(sent);
    if (message.cancelAfterMs !== undefined && runId) {
      cancelling.push(
        wait(message.cancelAfterMs)
          .then(() => insist(() => client.cancel(runId)))
          .then((answer) => {
            sent.cancelled = answer;
          }),
      );
    }
  };

  const left = messages.values();
  await Promise.all(
    Array.from({ length: sendersAtOnce }, async () => {
      for (const message of left) await send(message);
    }),
  );
  await Promise.all(cancelling);
}

/** SQS and the database have bad days: whoever wants something done asks again, for some minutes. */
async function insist<Value>(ask: () => Promise<Value>): Promise<Value> {
  for (let left = mostTries; ; left -= 1) {
    try {
      return await ask();
    } catch (error) {
      if (left === 0) throw error;
      await wait(pauseMs);
    }
  }
}

function wait(milliseconds: number): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve, milliseconds));
}
