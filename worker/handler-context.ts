import type { Logger } from 'pino';
import { activeTraceparent } from '../client/trace-context.ts';
import { type Lease, LeaseLost, type Ledger, type Progress, type Settled } from '../ledger/ledger.ts';
import type { Services } from '../services/services.ts';
import type { Task } from '../tasks/define-task.ts';
import type { CurrentRun, HandlerContext } from '../tasks/handle.ts';
import { limits } from '../tasks/limits.ts';
import { handlerSource } from '../tasks/names.ts';
import type { Redactor } from '../tasks/redactor.ts';
import { createProgressWriter } from './progress-writer.ts';
import type { Sender } from './send-message.ts';

/** A handler returned what its task's result schema does not allow. */
export class InvalidResult extends Error {
  override readonly name = 'InvalidResult';
}

/** What one attempt's context is made of. */
export interface ContextParts {
  task: Task;
  run: CurrentRun;
  lease: Lease;
  traceparent: string | undefined;
  signal: AbortSignal;
  services: Services;
  ledger: Ledger;
  sender: Sender;
  log: Logger;
  /** Learns what else the handler says that is sensitive: results, and the input of what it sends. */
  redactor: Redactor;
}

/** A handler's context and what the attempt needs to know of its use. */
export interface AttemptContext {
  context: HandlerContext<Task>;
  /** How `complete` was settled, if it committed. */
  completed(): Settled | undefined;
  /** Writes the last progress; a handler that runs on has no further effect through its context. */
  close(): Promise<void>;
}

/** Makes what a handler is given beside its input. */
export function createHandlerContext(parts: ContextParts): AttemptContext {
  const { task, run, lease, signal, services, ledger, sender, log, redactor } = parts;
  const progress = createProgressWriter({ write: (update) => ledger.progress(lease, update), log });
  const source = handlerSource(task.name);
  let sends = 0;
  let completed: Settled | undefined;
  let closed = false;

  const mustBeOpen = () => {
    if (closed) throw new LeaseLost(`attempt ${run.attempt} of run ${run.id} has already been settled`);
  };

  const context: HandlerContext<Task> = {
    run,
    services,
    signal,
    log,
    progress: (update: Progress) => {
      if (!closed) progress.tell(update);
    },
    send: async (other, input, options = {}) => {
      sends += 1;
      const id = options.id ?? `${run.id}/${sends}`;
      redactor.learn(other.input, input);
      mustBeOpen();
      checkDelay(options.delaySeconds);
      const traceparent = options.traceparent ?? activeTraceparent() ?? parts.traceparent;
      const message = await sender.write(other, input, { source, id, ...(traceparent && { traceparent }) });
      if (options.child) {
        await ledger.addChildren(lease, [{ runId: message.runId, task: other.name, source, id, input }]);
      }
      await sender.send(other, message, options.delaySeconds);
      return message.runId;
    },
    sendPrepared: async (messages) => {
      mustBeOpen();
      await sender.sendPrepared(messages);
    },
    followUp: async (other, input) => {
      mustBeOpen();
      redactor.learn(other.input, input);
      sender.check(other, input);
      await ledger.setFollowUp(lease, { task: other.name, input });
    },
    transaction: async (work) => {
      mustBeOpen();
      return ledger.transaction(lease, work);
    },
    complete: async (work) => {
      mustBeOpen();
      await progress.flush();
      const { result, settled } = await ledger.completeWith(lease, async (transaction) => {
        const returned = await work(transaction);
        redactor.learn(task.result, returned);
        return checkedResult(task, returned);
      });
      completed = settled;
      return result;
    },
  };
  return {
    context,
    completed: () => completed,
    close: async () => {
      closed = true;
      await progress.flush();
    },
  };
}

/** The result as the task's schema writes it. Throws InvalidResult that names every reason. */
export function checkedResult(task: Task, result: unknown): unknown {
  const parsed = task.result.safeParse(result);
  if (parsed.success) return parsed.data;
  const reasons = parsed.error.issues.map(({ path, message }) => `${path.join('.') || 'result'}: ${message}`);
  throw new InvalidResult(
    `${task.name}'s handler returned what its result does not allow: ${reasons.join('; ')}`,
  );
}

function checkDelay(seconds: number | undefined): void {
  if (seconds === undefined || (Number.isInteger(seconds) && seconds >= 0 && seconds <= limits.delaySeconds))
    return;
  throw new RangeError(
    `delaySeconds must be a whole number from 0 to ${limits.delaySeconds}, got ${seconds}`,
  );
}
