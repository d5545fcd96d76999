import { z } from 'zod';
import { demandTasks, variables } from '../../tasks/names.ts';

const variablesSchema = z.object({
  [variables.deployment]: z.string().min(1),
  [variables.demandTasks]: z.string().transform(parseJson).pipe(demandTasks),
  [variables.pausedTasksParameter]: z.string().min(1),
  [variables.cluster]: z.string().min(1),
  [variables.service]: z.string().min(1),
  [variables.maximumWorkers]: z.coerce.number().int().positive(),
});

/** What the stack tells this Lambda. Throws an Error that names every variable that is missing or wrong. */
export function readConfig(environment: NodeJS.ProcessEnv = process.env) {
  const parsed = variablesSchema.safeParse(environment);
  if (!parsed.success) {
    throw new Error(`Environment of worker-demand: ${z.prettifyError(parsed.error)}`);
  }
  const read = parsed.data;
  return {
    deployment: read[variables.deployment],
    tasks: read[variables.demandTasks],
    pausedTasksParameter: read[variables.pausedTasksParameter],
    cluster: read[variables.cluster],
    service: read[variables.service],
    maximumWorkers: read[variables.maximumWorkers],
  };
}

export type DemandConfig = ReturnType<typeof readConfig>;

function parseJson(text: string, context: z.RefinementCtx): unknown {
  try {
    return JSON.parse(text);
  } catch (error) {
    context.addIssue({ code: 'custom', message: (error as Error).message });
    return z.NEVER;
  }
}
