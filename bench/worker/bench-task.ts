import { z } from 'zod';
import { defineTask } from '../../tasks/define-task.ts';
import { handle } from '../../tasks/handle.ts';

/** Waits as long as its message says. */
export const benchTask = defineTask({
  name: 'bench',
  summary: 'Waits as long as its message says',
  input: z.object({ milliseconds: z.number(), text: z.string() }),
  result: z.object({ waited: z.number() }),
  timeoutSeconds: 60,
  concurrency: 1000,
  startWithinSeconds: 60,
  expectedSeconds: 0.01,
  retry: { attempts: 3, firstDelaySeconds: 1, factor: 2, maxDelaySeconds: 60 },
});

/** Its handler. */
export const benchHandler = handle(benchTask, async ({ milliseconds }) => {
  if (milliseconds > 0) await wait(milliseconds);
  return { waited: milliseconds };
});

/** What every contender's handler does for a message. */
export function wait(milliseconds: number): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve, milliseconds));
}
