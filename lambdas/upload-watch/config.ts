import { z } from 'zod';
import { variables } from '../../tasks/names.ts';

const variablesSchema = z.object({
  [variables.deployment]: z.string().min(1),
  [variables.quarantineBucket]: z.string().min(3),
});

/** What the stack tells this Lambda. Throws an Error that names every variable that is missing or wrong. */
export function readConfig(environment: NodeJS.ProcessEnv = process.env) {
  const parsed = variablesSchema.safeParse(environment);
  if (!parsed.success) throw new Error(`Environment of upload-watch: ${z.prettifyError(parsed.error)}`);
  return {
    deployment: parsed.data[variables.deployment],
    bucket: parsed.data[variables.quarantineBucket],
  };
}
