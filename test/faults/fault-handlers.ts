import { setTimeout as sleep } from 'node:timers/promises';
import type { TaskData } from '../../tasks/define-task.ts';
import { type Handler, type HandlerContext, handle, PermanentError, RetryAfter } from '../../tasks/handle.ts';
import type { Handlers } from '../../worker/handlers.ts';
import { familyTask, lateTask, longTask, notifyTask, recordTask } from './fault-tasks.ts';
import { faultTimings } from './fault-timings.ts';

/** A failure that was planned, and no work of the faults. */
class PlannedFailure extends Error {
  override readonly name = 'PlannedFailure';
}

/** What every handler uses of its context. */
type Context = Pick<HandlerContext<typeof recordTask>, 'run' | 'signal' | 'transaction' | 'complete'>;
const done = { worked: true } as const;
const putOffMs = 1500;

/**
 * The work of the fault tasks. Transactional effects are rows of `effect`; outside effects are requests to the mailbox,
 * whose key is the run's id. Each says which worker's attempt had it, and since when.
 */
export function createFaultHandlers({ mailboxUrl }: { mailboxUrl: string }): Handlers {
  const record = handle(recordTask, async ({ do: what, ...course }, context) => {
    const began = new Date();
    if (what === 'kill') process.kill(process.pid, 'SIGKILL');
    if (what === 'give-up') throw new PermanentError('planned to give up');
    const putOffUntil = context.run.sentAt.getTime() + putOffMs;
    if (what === 'put-off' && Date.now() < putOffUntil) {
      throw new RetryAfter((putOffUntil - Date.now()) / 1000);
    }
    await goThrough(course, context);
    if (what === 'fail') throw new PlannedFailure('planned to fail every time');
    await haveEffect(context, began);
    if (what === 'throw-late')
      throw new PlannedFailure('planned to fail after the commit, when it is too late');
    return done;
  });

  const notify = handle(notifyTask, async (course, context) => {
    const began = new Date();
    await goThrough(course, context);
    const response = await fetch(mailboxUrl, {
      method: 'POST',
      headers: { 'idempotency-key': context.run.id, 'content-type': 'application/json' },
      body: JSON.stringify({ worker: `process-${process.pid}`, began }),
    });
    if (!response.ok) throw new Error(`The mailbox answered ${response.status}`);
    return done;
  });

  const family = handle(familyTask, async ({ children, ...course }, context) => {
    for (let child = 0; child < children; child += 1) {
      await context.send(recordTask, { failures: 0, workMs: course.workMs }, { child: true });
    }
    await context.followUp(notifyTask, { failures: 0, workMs: 0 });
    await goThrough(course, context);
    return done;
  });

  const long = handle(longTask, async ({ seconds }, context) => {
    const began = new Date();
    await sleep(seconds * 1000, undefined, { signal: context.signal }).catch(() =>
      context.signal.throwIfAborted(),
    );
    await haveEffect(context, began);
    return done;
  });

  const late = handle(lateTask, async (_input, context) => {
    const began = new Date();
    if (context.run.attempt === 1) {
      // The deadline has passed, and the time to tidy up: the attempt is settled, and this must come to nothing.
      await sleep((lateTask.timeoutSeconds + faultTimings.tidyUpSeconds + 1) * 1000);
      await step(context, { what: 'after its deadline', began });
    }
    await haveEffect(context, began);
    return done;
  });

  return new Map(
    [record, notify, family, long, late].map((one) => [one.task.name, one as unknown as Handler]),
  );
}

async function goThrough(
  { failures, workMs }: Pick<TaskData<typeof notifyTask>, 'failures' | 'workMs'>,
  { run, signal }: Pick<Context, 'run' | 'signal'>,
): Promise<void> {
  await sleep(workMs, undefined, { signal }).catch(() => signal.throwIfAborted());
  if (run.attempt <= failures) throw new PlannedFailure(`planned to fail ${failures} times`);
}

/** First a step that an overtaken attempt must not take, then the effect with the completion. */
async function haveEffect(context: Context, began: Date): Promise<void> {
  await step(context, { what: 'step', began });
  await context.complete(async (transaction) => {
    await transaction.query(insert, rowOf(context, { what: 'effect', began }));
    return done;
  });
}

async function step(context: Context, effect: { what: string; began: Date }): Promise<void> {
  await context.transaction((transaction) => transaction.query(insert, rowOf(context, effect)));
}

const insert = 'INSERT INTO effect (run_id, worker, what, began) VALUES ($1, $2, $3, $4)';

function rowOf({ run }: Context, { what, began }: { what: string; began: Date }): unknown[] {
  return [run.id, `process-${process.pid}`, what, began];
}
