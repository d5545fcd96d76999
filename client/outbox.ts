import type { SQSClient } from '@aws-sdk/client-sqs';
import { SendMessageCommand } from '@aws-sdk/client-sqs';
import type { PreparedMessage } from '../ledger/ledger.ts';
import {
  addToOutbox,
  leftInOutbox,
  type OpenTransaction,
  removeFromOutbox,
  transactionId,
} from '../ledger/outbox.ts';
import { formatEnvelope } from '../messages/envelope.ts';
import { outboxRelay } from '../tasks/outbox-relay/task.ts';
import { draftMessage } from './prepare-message.ts';
import { queueMessages, sqsFields } from './queue-messages.ts';
import { queueOf, type TaskClientConfig } from './task-client-config.ts';

/** Messages that are sent if and only if a transaction commits. */
export interface Outbox {
  /**
   * Writes messages into the transaction. Before the first, a delayed message asks the relay to look after it: whatever
   * dies from here on, what is committed is sent. Throws NoOutbox, or what SQS answered.
   */
  add(transaction: OpenTransaction, messages: readonly PreparedMessage[]): Promise<void>;
  /** Sends what a transaction on this connection left, if it is committed. What fails here is the relay's to send. */
  sendLeft(connection: OpenTransaction): Promise<void>;
}

interface Left {
  transactionId: string;
  relay?: Promise<unknown> | undefined;
  messages: Map<string, PreparedMessage>;
}

/** Makes the outbox of a client. */
export function createOutbox(config: TaskClientConfig, sqs: SQSClient): Outbox {
  const lefts = new WeakMap<OpenTransaction, Left>();

  const leftOf = (connection: OpenTransaction, id: string): Left => {
    const known = lefts.get(connection);
    if (known?.transactionId === id) return known;
    const left: Left = { transactionId: id, messages: new Map() };
    lefts.set(connection, left);
    return left;
  };

  const askRelay = async (id: string): Promise<void> => {
    const { envelope, ...message } = draftMessage(
      outboxRelay,
      { transactionId: id },
      { source: config.source, delaySeconds: config.relayDelaySeconds ?? 15 },
    );
    await sqs.send(
      new SendMessageCommand({
        QueueUrl: queueOf(config, outboxRelay.name),
        ...sqsFields({ ...message, body: formatEnvelope(envelope) }),
      }),
    );
  };

  return {
    add: async (connection, messages) => {
      const id = await transactionId(connection);
      const left = leftOf(connection, id);
      left.relay ??= askRelay(id);
      try {
        await left.relay;
      } catch (error) {
        left.relay = undefined;
        throw error;
      }
      const ids = await addToOutbox(connection, { transactionId: id, messages });
      for (const [index, message] of messages.entries()) left.messages.set(ids[index] ?? '', message);
    },

    sendLeft: async (connection) => {
      const left = lefts.get(connection);
      lefts.delete(connection);
      if (!left) return;
      try {
        const committed = await leftInOutbox(connection, [...left.messages.keys()]);
        const waiting = [...left.messages].filter(([id]) => committed.has(id));
        const queued = waiting.map(([, message]) => ({
          ...message,
          queueUrl: queueOf(config, message.task),
        }));
        const errors = await queueMessages(sqs, queued);
        const sent = waiting.filter((_message, index) => errors[index] === undefined).map(([id]) => id);
        await removeFromOutbox(connection, sent);
      } catch {
        // The work is committed, so this is no failure of the caller's: the relay sends what is left.
      }
    },
  };
}
