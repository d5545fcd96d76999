import { z } from 'zod';

const environmentSchema = z.object({
  /** Where the endpoint listens. */
  SLACKWATER_PORT: z.coerce.number().int().min(0).max(65_535).default(4580),
  /** A Postgres of one's own in place of the one that is started here. */
  DATABASE_URL: z.url().optional(),
});

/** What the local cloud takes from its environment. Throws an Error that names the variable. */
export function readConfig(environment: NodeJS.ProcessEnv): {
  port: number;
  databaseUrl: string | undefined;
} {
  const parsed = environmentSchema.safeParse(environment);
  if (!parsed.success) {
    const reasons = parsed.error.issues.map((issue) => `${issue.path.join('.')}: ${issue.message}`);
    throw new Error(`The environment cannot be used: ${reasons.join('; ')}`);
  }
  return { port: parsed.data.SLACKWATER_PORT, databaseUrl: parsed.data.DATABASE_URL };
}
