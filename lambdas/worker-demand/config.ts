import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { z } from 'zod';
import {
  deadLetterQueueName,
  demandTasks,
  demandTasksFile,
  taskQueueName,
  variables,
} from '../../tasks/names.ts';

const variablesSchema = z.object({
  [variables.deployment]: z.string().min(1),
  [variables.queuesUrl]: z.url(),
  [variables.pausedTasksParameter]: z.string().min(1),
  [variables.cluster]: z.string().min(1),
  [variables.service]: z.string().min(1),
  [variables.maximumWorkers]: z.coerce.number().int().positive(),
});

/** What the Lambda is given beside its environment. */
const tasksSchema = z.string().transform(parseJson).pipe(demandTasks);

/**
 * What the stack tells this Lambda, by its environment and by the file of tasks beside its code. Throws an Error that
 * names everything that is missing or wrong.
 */
export function readConfig(
  environment: NodeJS.ProcessEnv = process.env,
  directory: string = environment.LAMBDA_TASK_ROOT ?? import.meta.dirname,
) {
  const read = checked('Environment', variablesSchema.safeParse(environment));
  const file = join(directory, demandTasksFile);
  const tasks = checked(file, tasksSchema.safeParse(readFileSync(file, 'utf8')));
  const deployment = read[variables.deployment];
  const queuesUrl = read[variables.queuesUrl];
  return {
    deployment,
    tasks: tasks.map((task) => ({
      ...task,
      queueUrl: `${queuesUrl}/${taskQueueName(deployment, task.name)}`,
      deadLetterUrl: `${queuesUrl}/${deadLetterQueueName(deployment, task.name)}`,
    })),
    pausedTasksParameter: read[variables.pausedTasksParameter],
    cluster: read[variables.cluster],
    service: read[variables.service],
    maximumWorkers: read[variables.maximumWorkers],
  };
}

export type DemandConfig = ReturnType<typeof readConfig>;
/** A task with the URLs of its queues. */
export type QueuedTask = DemandConfig['tasks'][number];

function checked<Value>(what: string, parsed: z.ZodSafeParseResult<Value>): Value {
  if (parsed.success) return parsed.data;
  throw new Error(`${what} of worker-demand: ${z.prettifyError(parsed.error)}`);
}

function parseJson(text: string, context: z.RefinementCtx): unknown {
  try {
    return JSON.parse(text);
  } catch (error) {
    context.addIssue({ code: 'custom', message: (error as Error).message });
    return z.NEVER;
  }
}
