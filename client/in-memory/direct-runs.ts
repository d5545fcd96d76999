import { EventEmitter } from 'node:events';
import type { RunStatus } from '../../ledger/ledger.ts';
import { dataDigest } from '../../messages/data-digest.ts';
import type { Task } from '../../tasks/define-task.ts';
import { draftMessage } from '../prepare-message.ts';
import { attemptDirectly, type DirectHandler } from './direct-attempts.ts';
import type { DirectWorld } from './direct-context.ts';
import { forgottenStatus, isOf } from './forgotten-status.ts';
import type { InMemoryRuns } from './in-memory-client.ts';
import { type SentMessage, sentMessage } from './sent-message.ts';

interface DirectRun {
  status: RunStatus;
  abort: AbortController;
  /** Resolved when its attempts have ended. */
  working?: Promise<void>;
  parentRunId?: string;
  group?: string | undefined;
  children: Set<string>;
  followUp?: { task: Task; input: unknown } | undefined;
}

/** Makes runs whose handlers are called as soon as their message is accepted, in this process. */
export function createDirectRuns({
  handlers,
  ...world
}: DirectWorld & { handlers: readonly DirectHandler[] }): InMemoryRuns {
  const handlerOf = new Map(handlers.map((handler) => [handler.task.name, handler]));
  const runs = new Map<string, DirectRun>();
  const keys = new Map<string, { runId: string; digest: string }>();
  const aliases = new Map<string, string>();
  const changes = new EventEmitter();

  const checkTask = ({ name }: Task): DirectHandler => {
    const handler = handlerOf.get(name);
    if (handler) return handler;
    const known = [...handlerOf.keys()].join(', ') || 'none';
    throw new Error(
      `No handler was passed for task ${JSON.stringify(name)} (passed: ${known}): pass it to createDirectTaskClient`,
    );
  };
  const runOf = (runId: string): DirectRun => {
    const known = runs.get(runId);
    if (known) return known;
    const run = {
      status: { runId, state: 'open' as const },
      abort: new AbortController(),
      children: new Set<string>(),
    };
    runs.set(runId, run);
    return run;
  };
  const change = (run: DirectRun, next: Partial<RunStatus>): void => {
    run.status = { ...run.status, ...next };
    changes.emit(run.status.runId);
  };
  const childrenOf = (run: DirectRun): RunStatus['children'] => {
    const counts = { waiting: 0, done: 0, dead: 0, cancelled: 0 };
    for (const child of run.children) {
      const { state } = runOf(child).status;
      counts[state === 'done' || state === 'dead' || state === 'cancelled' ? state : 'waiting'] += 1;
    }
    return counts;
  };

  /** The run that the message asks for; undefined if its key stands for other data. */
  const canonical = (message: SentMessage): DirectRun | undefined => {
    const { runId, idempotencyKey: key } = message;
    if (key === undefined) return runOf(runId);
    const name = JSON.stringify([message.task.name, key]);
    const digest = dataDigest(message.data);
    const holder = keys.get(name) ?? { runId, digest };
    keys.set(name, holder);
    if (holder.runId === runId) return runOf(runId);
    if (holder.digest !== digest) {
      change(runOf(runId), {
        state: 'dead',
        error: `the idempotency key ${JSON.stringify(key)} is that of run ${holder.runId}, which has other data`,
      });
      return undefined;
    }
    aliases.set(runId, holder.runId);
    return runOf(holder.runId);
  };

  const work = async (run: DirectRun, message: SentMessage, queue: SentMessage[]): Promise<void> => {
    const { runId } = run.status;
    const { attempts: earlier = 0, startedAt = new Date() } = run.status;
    run.abort = new AbortController();
    run.group = message.group;
    // Nothing is left of what it died of before.
    run.status = { runId, state: 'open' };
    change(run, { task: message.task.name, state: 'running', sentAt: message.sentAt, startedAt });
    const outcome = await attemptDirectly(checkTask(message.task), {
      ...world,
      message: { ...message, runId },
      signal: run.abort.signal,
      checkTask,
      onAttempt: (attempt) => change(run, { attempts: earlier + attempt }),
      onProgress: (progress) => change(run, { progress }),
      onFollowUp: (followUp) => {
        run.followUp = followUp;
      },
      onSend: (sent, { child }) => {
        if (child && !runs.has(sent.runId)) {
          run.children.add(sent.runId);
          runOf(sent.runId).parentRunId = runId;
        }
        queue.push(sent);
      },
    });
    if (run.abort.signal.aborted) change(run, { attempts: earlier + outcome.attempts });
    else change(run, { ...outcome, attempts: earlier + outcome.attempts, endedAt: new Date() });
    sendFollowUps(run, queue);
  };

  const sendFollowUps = (ended: DirectRun, queue: SentMessage[]): void => {
    for (const run of [ended, runs.get(ended.parentRunId ?? '')]) {
      if (!run?.followUp || run.status.state !== 'done' || childrenOf(run)?.waiting !== 0) continue;
      const { task, input } = run.followUp;
      run.followUp = undefined;
      const said = { source: '/slackwater/follow-up', id: run.status.runId };
      queue.push(sentMessage(task, draftMessage(task, input, said)));
    }
  };

  return {
    checkTask,
    changes,
    accept: async (messages) => {
      // What handlers send comes behind what was sent before, as on a queue.
      const queue = [...messages];
      for (let message = queue.shift(); message; message = queue.shift()) {
        const run = canonical(message);
        while (run?.working) await run.working;
        if (!run || run.status.state === 'done' || run.status.state === 'cancelled') continue;
        run.working = work(run, message, queue);
        await run.working.finally(() => delete run.working);
      }
    },
    acceptUncommitted: () =>
      Promise.reject(
        new Error(
          'In direct mode a commit is seen only by client.transaction: begin the transaction with it, or send without one',
        ),
      ),
    status: (runId) => {
      const run = runs.get(aliases.get(runId) ?? runId);
      if (!run) return { runId, state: 'unknown' };
      return { ...run.status, runId, ...(run.children.size > 0 && { children: childrenOf(run) }) };
    },
    cancel: (asked) => {
      const run = runOf(aliases.get(asked) ?? asked);
      const { state } = run.status;
      if (state === 'done' || state === 'dead') return 'already-ended';
      change(run, { state: 'cancelled', endedAt: new Date() });
      run.abort.abort(new Error('the run was cancelled'));
      return 'cancelled';
    },
    forget: (whom) => {
      const meant = [...runs]
        .filter(([runId, { group }]) => isOf(whom, { runId, group }))
        .map(([runId]) => runId);
      const all = new Set(meant);
      // Grows while it is walked: children of children come behind them.
      for (const runId of all) {
        const run = runOf(runId);
        for (const child of run.children) all.add(child);
        run.abort.abort(new Error('the run was forgotten'));
        run.status = forgottenStatus(run.status);
        changes.emit(runId);
      }
      return { runs: all.size, claimChecks: 0 };
    },
  };
}
