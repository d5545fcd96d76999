import type { ClientBase, Pool } from 'pg';
import type { Progress } from '../../ledger/ledger.ts';
import type { Task } from '../../tasks/define-task.ts';
import { handlerSource } from '../../tasks/names.ts';
import { inTransaction } from '../in-transaction.ts';
import { draftMessage } from '../prepare-message.ts';
import { type SentMessage, sentMessage } from './sent-message.ts';

/** A handler's log: what handlers use of a logger such as pino's. */
export interface DirectLog {
  trace(...said: unknown[]): void;
  debug(...said: unknown[]): void;
  info(...said: unknown[]): void;
  warn(...said: unknown[]): void;
  error(...said: unknown[]): void;
  fatal(...said: unknown[]): void;
  child(bindings: object): DirectLog;
}

/** What handlers get from the outside. */
export interface DirectWorld {
  services: object;
  /** For handlers that use transactions. */
  database: Pool | undefined;
  log: DirectLog;
}

/** What one attempt's context is made of, and what it tells. */
export interface DirectContextParts extends DirectWorld {
  message: SentMessage;
  attempt: number;
  signal: AbortSignal;
  checkTask(task: Task): void;
  onProgress(progress: Progress): void;
  /** Called before `send` answers. */
  onSend(message: SentMessage, options: { child: boolean }): void;
  onFollowUp(followUp: { task: Task; input: unknown }): void;
  /** Called when `complete` has committed. */
  onComplete(result: unknown): void;
  /** What the task's result schema makes of it. Throws if it does not fit. */
  checkResult(result: unknown): unknown;
}

/** Makes what a handler is given beside its input, without AWS and without a ledger. */
export function createDirectContext(parts: DirectContextParts) {
  const { message, attempt, signal, services, log, onProgress, onSend, onFollowUp } = parts;
  const { runId, task } = message;
  let sends = 0;
  const transaction = async <Value>(work: (connection: ClientBase) => Promise<Value>): Promise<Value> => {
    const unlessCancelled = async (connection: ClientBase) => {
      const value = await work(connection);
      signal.throwIfAborted();
      return value;
    };
    if (!parts.database) return unlessCancelled(noDatabase);
    return inTransaction(parts.database, unlessCancelled, async () => undefined);
  };

  return {
    run: {
      id: runId,
      attempt,
      isLastAttempt: attempt === task.retry.attempts,
      sentAt: message.sentAt,
      source: message.source,
    },
    services,
    signal,
    log,
    progress: onProgress,
    send: async (
      other: Task,
      input: unknown,
      options: { id?: string; delaySeconds?: number; child?: boolean } = {},
    ): Promise<string> => {
      sends += 1;
      const { id = `${runId}/${sends}`, child = false, ...said } = options;
      parts.checkTask(other);
      const draft = draftMessage(other, input, { ...said, id, source: handlerSource(task.name) });
      onSend(sentMessage(other, draft), { child });
      return draft.runId;
    },
    sendPrepared: async (): Promise<void> => {
      throw new Error('Nothing was written before in direct mode: there is no outbox to relay');
    },
    followUp: async (other: Task, input: unknown): Promise<void> => {
      parts.checkTask(other);
      draftMessage(other, input, { source: handlerSource(task.name) });
      onFollowUp({ task: other, input });
    },
    transaction,
    complete: async (work: (connection: ClientBase) => Promise<unknown>): Promise<unknown> => {
      const result = await transaction(async (connection) => parts.checkResult(await work(connection)));
      parts.onComplete(result);
      return result;
    },
  };
}

/** Stands in for a connection until somebody asks it something. */
const noDatabase = {
  query: () =>
    Promise.reject(
      new Error('This handler asks the database: pass database, a pool of pg, to createDirectTaskClient'),
    ),
} as unknown as ClientBase;
