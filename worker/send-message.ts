import { SendMessageCommand, type SQSClient } from '@aws-sdk/client-sqs';
import { queueMessages, sqsFields } from '../client/queue-messages.ts';
import type { DueFollowUp, Ledger, PreparedMessage } from '../ledger/ledger.ts';
import type { ClaimCheckStore } from '../messages/claim-check.ts';
import { InvalidInput, parseInput, type WrittenMessage, writeMessage } from '../messages/write-message.ts';
import type { Task } from '../tasks/define-task.ts';
import type { TaskQueue } from './delivery.ts';

/** A message is for a task that this worker knows no queue of. */
export class UnknownQueue extends Error {
  override readonly name = 'UnknownQueue';
}

/** The run has ended, but what it has still to send can no longer be sent; no later try changes that. */
export class SendRefused extends Error {
  override readonly name = 'SendRefused';
}

/** Puts a run's own messages on their queues. */
export interface Sender {
  /** Throws InvalidInput or UnknownQueue if no message of the task could be written with this input. */
  check(task: Task, input: unknown): void;
  /** Writes a message of the task. Throws InvalidInput or UnknownQueue. */
  write(
    task: Task,
    input: unknown,
    options: { source: string; id: string; traceparent?: string },
  ): Promise<WrittenMessage>;
  send(task: Task, message: WrittenMessage, delaySeconds?: number): Promise<void>;
  /** Throws UnknownQueue before anything is sent, or the first error of a message that was not accepted. */
  sendPrepared(messages: readonly PreparedMessage[]): Promise<void>;
  /** Sends what became due because all children of a run have ended, then records each. Throws SendRefused. */
  sendFollowUps(due: readonly DueFollowUp[]): Promise<void>;
}

/** Makes the sender of a worker. */
export function createSender(options: {
  queues: readonly TaskQueue[];
  sqs: SQSClient;
  claimChecks: ClaimCheckStore;
  ledger: Pick<Ledger, 'recordFollowUpSent'>;
}): Sender {
  const { queues, sqs, claimChecks, ledger } = options;

  const queueOf = (name: string) => {
    const queue = queues.find(({ task }) => task.name === name);
    if (queue) return queue;
    throw new UnknownQueue(
      `No queue is known for task ${JSON.stringify(name)}: add it to the catalogue and deploy`,
    );
  };

  const stillSendable = (name: string, input: unknown) => {
    try {
      const { task } = queueOf(name);
      parseInput(task, input);
      return task;
    } catch (error) {
      if (!(error instanceof InvalidInput || error instanceof UnknownQueue)) throw error;
      throw new SendRefused(`The run is done, but its follow-up cannot be sent: ${error.message}`);
    }
  };

  const sender: Sender = {
    check: (task, input) => {
      queueOf(task.name);
      parseInput(task, input);
    },
    write: (task, input, message) => {
      queueOf(task.name);
      return writeMessage(task, input, { ...message, claimChecks });
    },
    send: async (task, message, delaySeconds) => {
      await sqs.send(
        new SendMessageCommand({
          QueueUrl: queueOf(task.name).url,
          ...sqsFields({ ...message, ...(delaySeconds !== undefined && { delaySeconds }) }),
        }),
      );
    },
    sendPrepared: async (messages) => {
      const queued = messages.map((message) => ({ ...message, queueUrl: queueOf(message.task).url }));
      const refused = (await queueMessages(sqs, queued)).find((error) => error !== undefined);
      if (refused) throw refused;
    },
    sendFollowUps: async (due) => {
      for (const { parentRunId, task: name, input } of due) {
        const task = stillSendable(name, input);
        // The id makes it the same message if two workers send it.
        const message = await sender.write(task, input, { source: '/slackwater/follow-up', id: parentRunId });
        await sender.send(task, message);
        await ledger.recordFollowUpSent(parentRunId);
      }
    },
  };
  return sender;
}
