import { z } from 'zod';
import { limits } from '../tasks/limits.ts';
import { runUrlPattern } from '../tasks/names.ts';
import type { SlackwaterEnvironment } from './environment.ts';
import type { Settings } from './settings.ts';

/** https://docs.aws.amazon.com/AmazonCloudWatchLogs/latest/APIReference/API_PutRetentionPolicy.html */
const retentionDays = [
  1, 3, 5, 7, 14, 30, 60, 90, 120, 150, 180, 365, 400, 545, 731, 1096, 1827, 2192, 2557, 2922, 3288, 3653,
] as const;
const days = z.int().min(1).max(36_500);
const topic = z
  .string()
  .regex(/^arn:aws[a-z-]*:sns:[a-z0-9-]+:\d{12}:[\w-]+$/, 'use the ARN of an SNS topic')
  .optional();
const replyDestination = z
  .string()
  .regex(
    /^arn:aws[a-z-]*:sqs:[a-z0-9-]+:\d{12}:[\w-]{1,80}$/,
    'use the ARN of one standard SQS queue, without a wildcard',
  );
const origin = z
  .string()
  .regex(/^https?:\/\/[^/\s*]*\*?[^/\s*]*$/, 'use an origin such as https://app.example.com');

const settingsShape = {
  workers: z.strictObject({
    maximum: z.int().min(1).max(5000),
    cpuUnits: z.int(),
    memoryMiB: z.int(),
    slots: z.int().min(1).max(1000),
    stopTimeoutSeconds: z.int().min(1).max(120),
    spotPercent: z.int().min(0).max(100),
    logLevel: z.enum(['debug', 'info', 'warn', 'error']),
    image: z.string().min(1).optional(),
    baseImage: z.string().min(1).optional(),
    demandConcurrency: z.int().min(1).optional(),
  }),
  database: z.strictObject({
    maximumCapacityUnits: z.number().min(1).max(256).multipleOf(0.5),
    pauseAfterSeconds: z.int().min(300).max(86_400),
    backupDays: z.int().min(1).max(35),
    runDays: days.min(
      limits.leastRunDays,
      `keep runs at least ${limits.leastRunDays} days: so long a message of one may come from its queue or dead-letter queue`,
    ),
  }),
  files: z.strictObject({
    quarantineDays: days,
    cleanDays: days,
    reportDays: days,
    uploadOrigins: z.array(origin),
  }),
  network: z.strictObject({ workers: z.enum(['public', 'private']), flowLogs: z.boolean() }),
  alarms: z.strictObject({
    criticalTopicArn: topic,
    otherTopicArn: topic,
    perTask: z.boolean(),
    dashboard: z.boolean(),
    runbookUrl: z.string().regex(/^[^\s#]{1,300}$/, 'use an address without # and spaces'),
  }),
  tracing: z.strictObject({
    endpoint: z
      .string()
      .regex(
        /^https?:\/\/[^\s?#]+(?<!\/v1\/traces\/?)$/,
        'use the address of an OTLP/HTTP endpoint without /v1/traces, such as https://otlp.example.com',
      )
      .optional(),
    headersSecretArn: z
      .string()
      .regex(
        /^arn:aws[a-z-]*:secretsmanager:[a-z0-9-]+:\d{12}:secret:\S+-[A-Za-z0-9]{6}$/,
        'use the complete ARN of a secret, which ends with six characters of its own',
      )
      .optional(),
    sampledPercent: z.number().min(0).max(100),
  }),
  webApplication: z.strictObject({
    roleName: z
      .string()
      .regex(/^[\w+=,.@-]{1,64}$/, 'use the name of a role, not its ARN')
      .optional(),
    runUrl: z
      .string()
      .regex(runUrlPattern, 'use an address with {runId} in it, such as https://app.example.com/runs/{runId}')
      .optional(),
  }),
  encryption: z.enum(['customer-key', 'aws-owned']),
  replyDestinations: z.array(replyDestination),
  retainData: z.boolean(),
  logRetentionDays: z.literal(retentionDays),
};

const settingsSchema = z.strictObject(settingsShape).superRefine(fitsFargate) satisfies z.ZodType<Settings>;
const environmentSchema = z
  .strictObject({
    ...settingsShape,
    name: z.string().regex(/^[a-z][a-z0-9-]{0,15}$/, 'use at most 16 lower-case letters, digits and hyphens'),
    account: z
      .string()
      .regex(/^\d{12}$/, 'use the twelve digits of an account')
      .optional(),
    region: z.string().regex(/^[a-z]{2}(-[a-z]+)+-\d$/, 'use a region such as eu-west-2'),
  })
  .superRefine(fitsFargate) satisfies z.ZodType<SlackwaterEnvironment>;

/** Checks what only running shows. Throws an Error that names every wrong value and, for a wrong name, the right ones. */
export function checkEnvironment(environment: SlackwaterEnvironment): SlackwaterEnvironment {
  return checked(environmentSchema, environment, `The environment ${JSON.stringify(environment.name)}`);
}

/** The same for the settings of a construct. */
export function checkSettings(settings: Settings, whose: string): Settings {
  return checked(settingsSchema, settings, `The settings of ${whose}`);
}

function checked<Value>(schema: z.ZodType<Value>, value: Value, what: string): Value {
  const parsed = schema.safeParse(value);
  if (parsed.success) return parsed.data;
  const reasons = parsed.error.issues.map((issue) => {
    const path = issue.path.join('.');
    if (issue.code !== 'unrecognized_keys') return `${path}: ${issue.message}`;
    const unknown = issue.keys.map((key) => [path, key].filter(Boolean).join('.')).join(', ');
    return `${unknown}: there is no such setting; ${path || 'at the top'} there are ${validNames(schema, issue.path).join(', ')}`;
  });
  throw new Error(`${what} cannot be deployed: ${reasons.join('; ')}`);
}

function validNames(schema: z.ZodType, path: readonly PropertyKey[]): string[] {
  let inner: unknown = schema;
  for (const key of path) inner = inner instanceof z.ZodObject ? inner.shape[String(key)] : undefined;
  return inner instanceof z.ZodObject ? Object.keys(inner.shape) : [];
}

/** https://docs.aws.amazon.com/AmazonECS/latest/developerguide/fargate-tasks-services.html#fargate-tasks-size */
const memoryByCpu: Readonly<Record<number, readonly [least: number, most: number, step: number]>> = {
  256: [512, 2048, 512],
  512: [1024, 4096, 1024],
  1024: [2048, 8192, 1024],
  2048: [4096, 16_384, 1024],
  4096: [8192, 30_720, 1024],
  8192: [16_384, 61_440, 4096],
  16384: [32_768, 122_880, 8192],
};

function fitsFargate({ workers }: Pick<Settings, 'workers'>, context: z.RefinementCtx): void {
  const refuse = (setting: string, message: string) =>
    void context.addIssue({ code: 'custom', path: ['workers', setting], message });
  const sizes = memoryByCpu[workers.cpuUnits];
  if (!sizes) {
    refuse('cpuUnits', `Fargate has ${Object.keys(memoryByCpu).join(', ')}`);
    return;
  }
  const [least, most, step] = sizes;
  const fits = workers.memoryMiB >= least && workers.memoryMiB <= most && workers.memoryMiB % step === 0;
  // The smallest size has half a gigabyte, one or two, not one and a half.
  if (fits && !(workers.cpuUnits === 256 && workers.memoryMiB === 1536)) return;
  refuse(
    'memoryMiB',
    `with ${workers.cpuUnits} CPU units Fargate has ${least} to ${most} MiB in steps of ${step}`,
  );
}
