import { App, Stack } from 'aws-cdk-lib';
import { expect, it } from 'vitest';
import { z } from 'zod';
import { defineTask } from '../tasks/define-task.ts';
import { demandTasks } from '../tasks/names.ts';
import { TaskQueues } from './task-queues.ts';

const letter = defineTask({
  name: 'letter',
  summary: 'Writes a letter',
  input: z.object({}),
  result: z.object({}),
  timeoutSeconds: 60,
  concurrency: 4,
  startWithinSeconds: 60,
  expectedSeconds: 10,
  retry: { attempts: 2, firstDelaySeconds: 10, factor: 2, maxDelaySeconds: 60 },
});

it('tells the demand of rate limits, so that no worker starts for messages that may not', () => {
  const limited = { ...letter, name: 'limited-letter', rateLimit: { perSecond: 2, burst: 5 } };
  const queues = new TaskQueues(new Stack(new App(), 'letters'), 'Queues', { tasks: [letter, limited] });
  const known = { concurrency: 4, startWithinSeconds: 60, expectedSeconds: 10 };
  expect(demandTasks.parse(queues.demandTasks)).toEqual([
    { name: 'letter', ...known },
    { name: 'limited-letter', ...known, perSecond: 2 },
  ]);
});
