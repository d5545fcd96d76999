import type { OpenTransaction } from '../ledger/outbox.ts';
import type { Task, TaskInput } from '../tasks/define-task.ts';

/** How a message is sent. */
export interface SendOptions {
  /** 0 to 900. Default 0. */
  delaySeconds?: number;
  /** Whose message it is, for fairness among senders. Default: what the task's `fairBy` says of the input. */
  groupId?: string;
  /** The same id from the same source never does the work twice. Default: a new ULID. */
  id?: string;
  /** The same key for the same task never does the work twice, whatever the id. */
  idempotencyKey?: string;
  /** URL of the queue that wants the outcome. */
  replyTo?: string;
  /** W3C trace context of the request that sends. */
  traceparent?: string;
  /** Sent if and only if this transaction commits; it has to be on the ledger's database. Default: sent at once. */
  transaction?: OpenTransaction;
}

/** How many messages are sent: what they share, and what each has of its own. */
export interface BatchOptions<T extends Task> extends Omit<SendOptions, 'id' | 'idempotencyKey'> {
  /** What is said of one message beside the rest, such as its id. */
  each?(input: TaskInput<T>, index: number): Omit<SendOptions, 'transaction'>;
}

/** How a message is sent at a time. */
export type SendAtOptions = Omit<SendOptions, 'delaySeconds' | 'transaction'>;

/** What became of one message of a batch. */
export interface BatchResult {
  /** Known also of a message that failed, so that `status` can tell whether it arrived all the same. */
  runId: string;
  /** Why it was not accepted, after all repetitions; left out: it was. */
  error?: Error;
}
