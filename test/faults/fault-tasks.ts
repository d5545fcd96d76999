import { z } from 'zod';
import { defineTask } from '../../tasks/define-task.ts';

const result = z.object({ worked: z.literal(true) });
const common = {
  result,
  startWithinSeconds: 60,
  expectedSeconds: 1,
  retry: { attempts: 6, firstDelaySeconds: 0.2, factor: 2, maxDelaySeconds: 2 },
};

/** How an attempt goes before it comes to its effect: so many of a run's first attempts fail instead. */
const course = { failures: z.int(), workMs: z.int() };

/** Writes a row in one commit with its completion: an effect that happens once. */
export const recordTask = defineTask({
  ...common,
  name: 'record',
  summary: 'Has an effect inside the ledger’s transaction',
  input: z.object({
    ...course,
    do: z.enum(['record', 'fail', 'give-up', 'put-off', 'throw-late', 'kill']).default('record'),
  }),
  timeoutSeconds: 60,
  concurrency: 10,
});

/** Tells the world outside: an effect that happens at least once, under the run's id. */
export const notifyTask = defineTask({
  ...common,
  name: 'notify',
  summary: 'Has an effect outside the database',
  input: z.object(course),
  timeoutSeconds: 60,
  concurrency: 8,
});

/** Sends children bound to its run and names what follows them. */
export const familyTask = defineTask({
  ...common,
  name: 'family',
  summary: 'Sends children and a follow-up',
  input: z.object({ ...course, children: z.int() }),
  timeoutSeconds: 60,
  concurrency: 4,
});

/** Works for longer than a lease lasts. */
export const longTask = defineTask({
  ...common,
  name: 'long',
  summary: 'Works for longer than a lease',
  input: z.object({ seconds: z.number() }),
  timeoutSeconds: 120,
  concurrency: 8,
});

/** Has a deadline that its first attempt does not care for. */
export const lateTask = defineTask({
  ...common,
  name: 'late',
  summary: 'Misses its first deadline and tries to have effects all the same',
  input: z.object({}),
  timeoutSeconds: 2,
  concurrency: 2,
});

export const faultTasks = [recordTask, notifyTask, familyTask, longTask, lateTask];
