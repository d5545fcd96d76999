import type { Logger } from 'pino';
import type { PreparedMessage, Progress, Transaction } from '../ledger/ledger.ts';
import type { Services } from '../services/services.ts';
import type { Task, TaskData, TaskInput, TaskResult } from './define-task.ts';

export type { PreparedMessage, Transaction };

/** The run that an attempt belongs to, as its handler may know it. */
export interface CurrentRun {
  /** UUIDv5 of the message's type, source and id: the same for every attempt. */
  id: string;
  /** 1 for the first attempt that counts. */
  attempt: number;
  /** Whether a throw now makes a dead letter. */
  isLastAttempt: boolean;
  /** When the message was sent: its envelope's `time`, the same for every attempt. */
  sentAt: Date;
  /** Who sent it: the envelope's `source`. */
  source: string;
}

/** How a handler's own message is sent. */
export interface HandlerSendOptions {
  /** Makes the message the same one in every attempt. Default: the run's id and the position of the call. */
  id?: string;
  delaySeconds?: number;
  /** W3C trace context that the message goes on with. Default: the span that is active in the handler. */
  traceparent?: string;
  /** The run becomes a child of this one and is counted in its row. Default false. */
  child?: boolean;
}

/** What a handler is given beside its input. */
export interface HandlerContext<T extends Task> {
  run: CurrentRun;
  services: Services;
  /** Aborted at the deadline, on cancel, when the lease is lost, and when the worker has to go. */
  signal: AbortSignal;
  /** Tells how far the work is; written to the ledger at most once a second. */
  progress(update: Progress): void;
  log: Logger;
  /** Puts a message of another task on its queue and returns its run's id. */
  send<Other extends Task>(
    task: Other,
    input: TaskInput<Other>,
    options?: HandlerSendOptions,
  ): Promise<string>;
  /** Puts messages on their queues that somebody wrote before. Throws if one of them was not accepted. */
  sendPrepared(messages: readonly PreparedMessage[]): Promise<void>;
  /** Names the message that is sent once, when all children of this run have ended. */
  followUp<Other extends Task>(task: Other, input: TaskInput<Other>): Promise<void>;
  /**
   * Runs `work` in a transaction that commits only while this attempt holds the run's lease: effects of an
   * attempt that was overtaken never become visible. Throws LeaseLost then.
   */
  transaction<Value>(work: (transaction: Transaction) => Promise<Value>): Promise<Value>;
  /** Like `transaction`, and completes the run with the returned result in the same commit: exactly once. */
  complete(work: (transaction: Transaction) => Promise<TaskResult<T>>): Promise<TaskResult<T>>;
}

/** The work of a task: return = done; throw = retry; PermanentError = dead letter now; RetryAfter = not before. */
export type Work<T extends Task> = (input: TaskData<T>, context: HandlerContext<T>) => Promise<TaskResult<T>>;

/** A task with its work, as a task's handler.ts exports it by default. */
export interface Handler<T extends Task = Task> {
  task: T;
  work: Work<T>;
}

/** Binds the work to its task. */
export function handle<T extends Task>(task: T, work: Work<T>): Handler<T> {
  return { task, work };
}

/** No further attempt can help: the message becomes a dead letter at once with this reason. */
export class PermanentError extends Error {
  override readonly name = 'PermanentError';
}

/** The work cannot be done before some time has passed; the attempt does not count. */
export class RetryAfter extends Error {
  override readonly name = 'RetryAfter';
  readonly seconds: number;

  /** Seconds are clipped to what SQS's 12 hours leave. Throws a RangeError if they are no number of at least 0. */
  constructor(seconds: number, reason = `asked to be tried again after ${seconds} s`) {
    super(reason);
    if (!(seconds >= 0)) throw new RangeError(`RetryAfter takes seconds of at least 0, got ${seconds}`);
    this.seconds = seconds;
  }
}
