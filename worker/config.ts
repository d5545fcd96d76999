import { z } from 'zod';
import { limits } from '../tasks/limits.ts';
import { runUrlPattern, variables, workerQueues } from '../tasks/names.ts';

const environmentSchema = z
  .object({
    [variables.deployment]: z.string().min(1),
    [variables.taskQueues]: z.string().transform(parseJson).pipe(workerQueues),
    [variables.quarantineBucket]: z.string().min(3),
    [variables.cleanBucket]: z.string().min(3),
    [variables.reportsBucket]: z.string().min(3),
    [variables.claimCheckBucket]: z.string().min(3),
    [variables.replyDestinations]: z.string().default('[]').transform(parseJson).pipe(z.array(z.url())),
    [variables.runUrl]: z.string().regex(runUrlPattern).optional(),
    [variables.runDays]: z.coerce.number().int().min(limits.leastRunDays).default(90),
    [variables.databaseUrl]: z.string().min(1).optional(),
    [variables.databaseSecret]: z.string().min(1).optional(),
    [variables.pausedTasksParameter]: z.string().min(1),
    [variables.workerSlots]: z.coerce.number().int().min(1).default(16),
    [variables.stopTimeoutSeconds]: z.coerce.number().min(1).default(120),
    [variables.logLevel]: z.enum(['fatal', 'error', 'warn', 'info', 'debug', 'trace']).default('info'),
    [variables.service]: z.string().min(1).optional(),
    [variables.otlpEndpoint]: z.url().optional(),
    [variables.sampledShare]: z.coerce.number().min(0).max(1).default(1),
    HEALTH_FILE: z.string().min(1).optional(),
    HEALTH_PORT: z.coerce.number().int().min(0).max(65_535).optional(),
    ECS_AGENT_URI: z.url().optional(),
    ECS_CONTAINER_METADATA_URI_V4: z.url().optional(),
  })
  .transform((read, context) => {
    const url = read[variables.databaseUrl];
    const secret = read[variables.databaseSecret];
    if (url === undefined && secret === undefined) {
      context.addIssue(`set ${variables.databaseUrl} or ${variables.databaseSecret}`);
      return z.NEVER;
    }
    return {
      deployment: read[variables.deployment],
      queues: read[variables.taskQueues],
      buckets: {
        quarantine: read[variables.quarantineBucket],
        clean: read[variables.cleanBucket],
        reports: read[variables.reportsBucket],
      },
      claimCheckBucket: read[variables.claimCheckBucket],
      runDays: read[variables.runDays],
      runUrl: read[variables.runUrl],
      replyDestinations: read[variables.replyDestinations],
      database: url === undefined ? { secret: secret ?? '' } : { url },
      pausedTasksParameter: read[variables.pausedTasksParameter],
      slots: read[variables.workerSlots],
      stopTimeoutSeconds: read[variables.stopTimeoutSeconds],
      logLevel: read[variables.logLevel],
      service: read[variables.service],
      otlpEndpoint: read[variables.otlpEndpoint],
      sampledShare: read[variables.sampledShare],
      healthFile: read.HEALTH_FILE,
      healthPort: read.HEALTH_PORT,
      ecsAgentUri: read.ECS_AGENT_URI,
      ecsMetadataUri: read.ECS_CONTAINER_METADATA_URI_V4,
    };
  });

/** What a worker process is told by its environment. */
export type WorkerConfig = z.output<typeof environmentSchema>;

/** Reads the environment. Throws an Error that names every variable that is missing or wrong, never a secret. */
export function readConfig(
  environment: Readonly<Record<string, string | undefined>> = process.env,
): WorkerConfig {
  const parsed = environmentSchema.safeParse(environment);
  if (parsed.success) return parsed.data;
  const reasons = parsed.error.issues.map(
    ({ path, message }) => `${path.join('.') || 'environment'}: ${message}`,
  );
  throw new Error(`The worker's environment is not complete: ${reasons.join('; ')}`);
}

function parseJson(text: string, context: z.RefinementCtx): unknown {
  try {
    return JSON.parse(text);
  } catch {
    context.addIssue('is not JSON');
    return z.NEVER;
  }
}
