import { EventEmitter } from 'node:events';
import { setTimeout as nap } from 'node:timers/promises';
import { trace } from '@opentelemetry/api';
import { z } from 'zod';
import { defineTask } from '../../tasks/define-task.ts';
import { handle, PermanentError, RetryAfter } from '../../tasks/handle.ts';
import { memoryInUse } from '../../worker/memory-watch.ts';

const input = z.object({
  do: z.enum([
    'return',
    'throw',
    'throw-once',
    'give-up',
    'put-off',
    'bad-result',
    'bad-complete',
    'complete',
    'complete-then-throw',
    'wait',
    'ignore-abort',
    'tell-progress',
    'send-children',
    'send-badly',
    'fail-elsewhere',
    'reject-elsewhere',
    'emit-error',
    'fail-nowhere',
    'exit',
    'kill-worker',
    'block',
    'leak',
    'nap',
    'trace',
  ]),
  text: z
    .string()
    .default('')
    .transform((text) => {
      if (text === 'choke') throw 'choked';
      return text;
    }),
});
const result = z.object({ said: z.string() });
const soon = { attempts: 3, firstDelaySeconds: 0, factor: 1, maxDelaySeconds: 0 };

/** Does what its input says, and writes down what it did. */
export const trialTask = defineTask({
  name: 'trial',
  summary: 'Does what a test tells it',
  input,
  result,
  timeoutSeconds: 20,
  concurrency: 12,
  startWithinSeconds: 60,
  expectedSeconds: 1,
  retry: soon,
  fairBy: ({ do: what }) => what,
});

/** The same with a deadline of a second and two attempts. */
export const briefTask = defineTask({
  ...trialTask,
  name: 'brief',
  timeoutSeconds: 1,
  concurrency: 2,
  retry: { ...soon, attempts: 2 },
});

/** The same with an hour or so between attempts. */
export const patientTask = defineTask({
  ...trialTask,
  name: 'patient',
  concurrency: 2,
  retry: { attempts: 2, firstDelaySeconds: 36_000, factor: 1, maxDelaySeconds: 36_000 },
});

export const trialTasks = [trialTask, briefTask, patientTask];

/** What is put here is done in no attempt's name, as by a timer that a library started before there was any. */
const nobodys: (() => void)[] = [];
setInterval(() => nobodys.shift()?.(), 10).unref();
const leaked: unknown[] = [];

const work = handle(trialTask, async ({ do: what, text }, context) => {
  const { run, services, signal, progress, log } = context;
  const note = (did: string) =>
    services.database.query('INSERT INTO did (run_id, attempt, what) VALUES ($1, $2, $3)', [
      run.id,
      run.attempt,
      did,
    ]);
  const hasBeen = async (did: string) =>
    (await services.database.query('SELECT FROM did WHERE run_id = $1 AND what = $2', [run.id, did]))
      .rowCount !== 0;
  const released = async (isOver: () => boolean) => {
    while (!isOver() && !(await hasBeen('release'))) await nap(20);
  };
  await note('start');
  log.info('at work');
  switch (what) {
    case 'throw':
      throw new Error(`told to throw ${text}`);
    case 'throw-once':
      if (run.attempt === 1) throw new Error('told to throw once');
      break;
    case 'give-up':
      throw new PermanentError('told to give up');
    case 'put-off':
      if (!(await hasBeen('put off'))) {
        await note('put off');
        throw new RetryAfter(1);
      }
      break;
    case 'bad-result':
      return { said: 7 } as never;
    case 'bad-complete':
      return context.complete(async () => ({ said: 7 }) as never);
    case 'complete':
    case 'complete-then-throw':
      await context.complete(async (transaction) => {
        await transaction.query('INSERT INTO did (run_id, attempt, what) VALUES ($1, $2, $3)', [
          run.id,
          run.attempt,
          'commit',
        ]);
        return { said: 'completed' };
      });
      if (what === 'complete-then-throw') throw new Error('too late to fail');
      break;
    case 'wait':
      await released(() => signal.aborted);
      break;
    case 'ignore-abort': {
      await released(() => false);
      const attempts = await Promise.allSettled([
        context.transaction((transaction) =>
          transaction.query(`INSERT INTO did VALUES ('${run.id}', 0, 'late effect')`),
        ),
        context.complete(async () => ({ said: 'late' })),
        context.send(trialTask, { do: 'return' }),
        context.followUp(trialTask, { do: 'return' }),
      ]);
      progress({ done: 99 });
      await note(
        `late: ${attempts.map((one) => (one.status === 'rejected' ? one.reason.name : 'worked')).join()}`,
      );
      break;
    }
    case 'tell-progress':
      for (let done = 1; done <= 50; done += 1) progress({ done, total: 50 });
      await released(() => false);
      progress({ done: 50, total: 50, message: 'the end' });
      break;
    case 'send-children':
      await context.send(trialTask, { do: 'return', text: 'one' }, { child: true });
      await context.send(trialTask, { do: 'return', text: 'two' }, { child: true, delaySeconds: 1 });
      await context.followUp(trialTask, { do: 'return', text: 'after all' });
      if (run.attempt === 1) throw new Error('told to send twice');
      break;
    case 'send-badly':
      await note(
        String(await context.send(trialTask, { do: 'nonsense' as 'return' }).catch((error) => error.name)),
      );
      await note(
        String(
          await context
            .send({ ...trialTask, name: 'stranger' }, { do: 'return' })
            .catch((error) => error.message),
        ),
      );
      await note(
        String(
          await context
            .followUp({ ...trialTask, name: 'stranger' }, { do: 'return' })
            .catch((error) => error.name),
        ),
      );
      await note(
        String(
          await context.send(trialTask, { do: 'return' }, { delaySeconds: 901 }).catch((error) => error.name),
        ),
      );
      break;
    case 'fail-elsewhere':
      if (run.attempt > 1) break;
      setTimeout(() => {
        throw new Error('told to fail elsewhere');
      });
      await released(() => false);
      break;
    case 'reject-elsewhere':
      if (run.attempt > 1) break;
      void Promise.reject(new Error('told to reject elsewhere'));
      await released(() => false);
      break;
    case 'emit-error':
      if (run.attempt > 1) break;
      setTimeout(() => new EventEmitter().emit('error', new Error('told to emit an error')));
      await released(() => false);
      break;
    case 'fail-nowhere':
      if (run.attempt > 1) break;
      nobodys.push(() => {
        throw new Error('told to fail in no name');
      });
      await released(() => false);
      break;
    case 'exit':
      if (run.attempt === 1) process.exit(Number(text));
      break;
    case 'kill-worker':
      // Not before so many runs are at work beside it.
      while ((await services.database.query('SELECT DISTINCT run_id FROM did')).rowCount !== Number(text))
        await nap(20);
      process.kill(process.pid, 'SIGKILL');
      break;
    case 'block':
      // As a long computation would, but without taking the processor from other tests.
      if (run.attempt === 1) Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, Number(text));
      return context.complete(async (transaction) => {
        await transaction.query(`INSERT INTO did VALUES ('${run.id}', ${run.attempt}, 'commit')`);
        return { said: `by attempt ${run.attempt}` };
      });
    case 'leak':
      if (run.attempt > 1) break;
      for (; memoryInUse() < 0.87; await nap(1)) leaked.push(new Array(131_072).fill(run.attempt));
      await released(() => signal.aborted);
      break;
    case 'nap':
      await nap(Number(text));
      break;
    case 'trace':
      await trace.getTracer('trial').startActiveSpan('inner', async (span) => {
        await nap(1);
        await context.send(trialTask, { do: 'return', text: 'from inside' });
        span.end();
      });
      log.info('has traced');
      if (run.attempt === 1) throw new Error('told to fail in a span');
      break;
  }
  return { said: text };
});

export const trialHandlers = new Map(
  trialTasks.map((task) => [
    task.name,
    { ...work, task } as unknown as import('../../tasks/handle.ts').Handler,
  ]),
);
