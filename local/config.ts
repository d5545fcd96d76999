import { z } from 'zod';
import { variables } from '../tasks/names.ts';
import { type ClamdAddress, readClamdAddress } from './guardduty/clamd-address.ts';

const environmentSchema = z.object({
  /** Where the endpoint listens. */
  SLACKWATER_PORT: z.coerce.number().int().min(0).max(65_535).default(4580),
  /** A Postgres of one's own in place of the one that is started here. */
  DATABASE_URL: z.url().optional(),
  /** A clamd in place of the built-in scanner: host, host:port or the path of its socket. */
  CLAMD_HOST: z.string().optional(),
});

/** What the local cloud takes from its environment. Throws an Error that names the variable. */
export function readConfig(environment: NodeJS.ProcessEnv): {
  port: number;
  databaseUrl: string | undefined;
  clamd: ClamdAddress | undefined;
} {
  const parsed = environmentSchema.safeParse(environment);
  if (!parsed.success) {
    const reasons = parsed.error.issues.map((issue) => `${issue.path.join('.')}: ${issue.message}`);
    throw new Error(`The environment cannot be used: ${reasons.join('; ')}`);
  }
  const { SLACKWATER_PORT: port, DATABASE_URL: databaseUrl, CLAMD_HOST: clamd } = parsed.data;
  return { port, databaseUrl, clamd: clamd ? readClamdAddress(clamd) : undefined };
}

/** All variables of this process, for the CDK app that it runs. */
export const ownEnvironment: Readonly<NodeJS.ProcessEnv> = process.env;

/**
 * What workers and functions need of this process's environment, and where somebody wants to see their spans; nothing that
 * could lead them to a real AWS.
 */
export const inheritedEnvironment: Readonly<Record<string, string>> = Object.fromEntries(
  [
    ...['PATH', 'HOME', 'TMPDIR', 'LANG', 'NODE_COMPILE_CACHE'],
    ...[variables.otlpEndpoint, variables.otlpHeaders],
  ].flatMap((name) => (ownEnvironment[name] ? [[name, ownEnvironment[name]]] : [])),
);
