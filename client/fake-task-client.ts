import { EventEmitter } from 'node:events';
import type { RunStatus } from '../ledger/ledger.ts';
import type { Task, TaskInput } from '../tasks/define-task.ts';
import { contains } from './in-memory/contains.ts';
import { forgottenStatus, isOf } from './in-memory/forgotten-status.ts';
import { createInMemoryClient } from './in-memory/in-memory-client.ts';
import type { SentMessage } from './in-memory/sent-message.ts';
import type { TaskClient } from './task-client.ts';

/** Any part of a value. */
export type PartOf<Value> = Value extends readonly unknown[]
  ? Value
  : Value extends object
    ? { [Key in keyof Value]?: PartOf<Value[Key]> }
    : Value;

/** A client for unit tests: it sends nothing, and remembers what it was asked to send. */
export interface FakeTaskClient extends TaskClient {
  /** Everything that was sent, in order; what was sent in a transaction of `transaction` only once that is committed. */
  readonly sent: readonly SentMessage[];
  /**
   * Answers the first message of the task whose input contains this. Throws an Error that lists what was sent instead.
   * Objects may have more than what is expected of them, lists not.
   */
  expectSent<T extends Task>(task: T, input?: PartOf<TaskInput<T>>): SentMessage;
  /** Throws an Error that lists what was sent, if anything was; of one task only if it is named. */
  expectNothingSent(task?: Task): void;
  /** Says what `status` answers of a run from now on, and `watch` and `download` follow. */
  setStatus(runId: string, status: Omit<RunStatus, 'runId'>): void;
  /** Forgets everything. */
  clear(): void;
}

/** Makes a fake. It checks inputs and options as the real client does. */
export function createFakeTaskClient({ source = '/fake' }: { source?: string } = {}): FakeTaskClient {
  const sent: SentMessage[] = [];
  const statuses = new Map<string, RunStatus>();
  const changes = new EventEmitter();
  const accept = async (messages: readonly SentMessage[]) => void sent.push(...messages);
  const status = (runId: string): RunStatus => statuses.get(runId) ?? { runId, state: 'unknown' };
  const setStatus: FakeTaskClient['setStatus'] = (runId, next) => {
    statuses.set(runId, { ...next, runId });
    changes.emit(runId);
  };
  const client = createInMemoryClient({
    source,
    runs: {
      checkTask: () => undefined,
      accept,
      acceptUncommitted: accept,
      status,
      changes,
      cancel: (runId) => {
        const { state } = status(runId);
        if (state === 'done' || state === 'dead') return 'already-ended';
        setStatus(runId, { state: 'cancelled' });
        return 'cancelled';
      },
      forget: (whom) => {
        const forgotten = new Set(sent.filter((message) => isOf(whom, message)).map(({ runId }) => runId));
        for (const runId of forgotten) setStatus(runId, forgottenStatus(status(runId)));
        return { runs: forgotten.size, claimChecks: 0 };
      },
    },
  });

  return {
    ...client,
    sent,
    expectSent: (task, input) => {
      const found = sent.find(
        (message) => message.task.name === task.name && contains(message.data, input ?? {}),
      );
      if (found) return found;
      const wanted = input === undefined ? '' : ` with ${JSON.stringify(input)}`;
      throw new Error(`Expected a message for ${task.name}${wanted}, but ${listed(sent)}`);
    },
    expectNothingSent: (task) => {
      const found = task ? sent.filter((message) => message.task.name === task.name) : sent;
      if (found.length === 0) return;
      throw new Error(`Expected no message${task ? ` for ${task.name}` : ''}, but ${listed(found)}`);
    },
    setStatus,
    clear: () => {
      sent.length = 0;
      statuses.clear();
    },
  };
}

function listed(messages: readonly SentMessage[]): string {
  if (messages.length === 0) return 'nothing was sent';
  const lines = messages.map(
    ({ task, data }, index) => `\n  ${index + 1}. ${task.name} ${JSON.stringify(data)}`,
  );
  return `this was sent:${lines.join('')}`;
}
