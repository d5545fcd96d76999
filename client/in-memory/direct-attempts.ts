import type { Progress } from '../../ledger/ledger.ts';
import { parseInput } from '../../messages/write-message.ts';
import type { Task } from '../../tasks/define-task.ts';
import { createDirectContext, type DirectContextParts } from './direct-context.ts';

/** A task with its work, as `handle` makes it. */
export interface DirectHandler {
  task: Task;
  work(input: never, context: never): Promise<unknown>;
}

/** How a run ended. */
export type DirectOutcome =
  | { state: 'done'; attempts: number; result: unknown }
  | { state: 'dead'; attempts: number; error: string }
  | { state: 'cancelled'; attempts: number };

/** Nobody waits in direct mode, so a handler that always asks to be called later would be called for ever. */
const mostPutOffs = 100;

/** Calls the handler until the run has ended: retries follow at once, without their delays. */
export async function attemptDirectly(
  handler: DirectHandler,
  parts: Omit<DirectContextParts, 'attempt' | 'checkResult' | 'onComplete'> & {
    onAttempt(attempt: number): void;
    onProgress(progress: Progress): void;
  },
): Promise<DirectOutcome> {
  const { message, signal } = parts;
  const { task } = message;
  let input: unknown;
  try {
    input = parseInput(task, message.data);
  } catch (error) {
    return dead(1, (error as Error).message);
  }
  const call = handler.work as (input: unknown, context: unknown) => Promise<unknown>;
  let putOffs = 0;
  for (let attempt = 1; ; ) {
    let completed: { result: unknown } | undefined;
    parts.onAttempt(attempt);
    try {
      const context = createDirectContext({
        ...parts,
        attempt,
        checkResult: (result) => checkedResult(task, result),
        onComplete: (result) => {
          completed = { result };
        },
      });
      const returned = await call(input, context);
      if (completed) return { state: 'done', attempts: attempt, result: asJson(completed.result) };
      if (signal.aborted) return { state: 'cancelled', attempts: attempt };
      return { state: 'done', attempts: attempt, result: asJson(checkedResult(task, returned)) };
    } catch (thrown) {
      // A handler's errors may come from another copy of the contract than this one: their names tell them.
      const { name, message: reason } = thrown instanceof Error ? thrown : new Error(String(thrown));
      if (completed) return { state: 'done', attempts: attempt, result: asJson(completed.result) };
      if (signal.aborted) return { state: 'cancelled', attempts: attempt };
      const isPutOff = name === 'RetryAfter' && putOffs < mostPutOffs;
      if (isPutOff) putOffs += 1;
      else if (name === 'RetryAfter') return dead(attempt, `put off ${mostPutOffs} times: ${reason}`);
      else if (isHopeless(name) || attempt >= task.retry.attempts) return dead(attempt, reason);
      else attempt += 1;
      // Whatever the handler waits for gets its turn.
      await new Promise((resolve) => setImmediate(resolve));
    }
  }
}

const isHopeless = (name: string) => ['PermanentError', 'InvalidResult'].includes(name);
const dead = (attempts: number, error: string): DirectOutcome => ({ state: 'dead', attempts, error });

/** No further attempt can help: the handler returned what its task does not allow. */
class InvalidResult extends Error {
  override readonly name = 'InvalidResult';
}

function checkedResult(task: Task, result: unknown): unknown {
  const parsed = task.result.safeParse(result);
  if (parsed.success) return parsed.data;
  const reasons = parsed.error.issues.map(({ path, message }) => `${path.join('.') || 'result'}: ${message}`);
  throw new InvalidResult(
    `${task.name}'s handler returned what its result does not allow: ${reasons.join('; ')}`,
  );
}

/** As the ledger would keep it. */
function asJson(value: unknown): unknown {
  return value === undefined ? null : JSON.parse(JSON.stringify(value));
}
