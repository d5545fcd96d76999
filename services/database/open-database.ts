import { Pool, type PoolConfig } from 'pg';
import { z } from 'zod';
import type { Database } from './database.ts';

/** How to reach the database. */
export type DatabaseAddress =
  | {
      /** `postgresql://user:password@host:port/name`; asks for TLS by `sslmode`. */
      url: string;
    }
  | {
      /** JSON as RDS keeps it in Secrets Manager: host, port, dbname, username, password. */
      secret: string;
    };

const secretSchema = z.object({
  host: z.string().min(1),
  port: z.coerce.number().int().default(5432),
  dbname: z.string().min(1),
  username: z.string().min(1),
  password: z.string().min(1),
});

/**
 * Opens the pool; it connects with its first query. Idle connections close after 10 s, so that Aurora can pause, and a
 * connection may take 45 s, since Aurora resumes in 15 s or more. A secret's host is spoken to over TLS and its
 * certificate verified, but on loopback. RDS's authorities are not among Node's: name their bundle in NODE_EXTRA_CA_CERTS.
 * Throws an Error that names the fields that are wrong, never their values.
 */
export function openDatabase(
  address: DatabaseAddress,
  { maximumConnections = 10 }: { maximumConnections?: number } = {},
): Database {
  const pool = new Pool({
    ...connection(address),
    max: maximumConnections,
    idleTimeoutMillis: 10_000,
    connectionTimeoutMillis: 45_000,
    keepAlive: true,
    application_name: 'slackwater',
  });
  // A server that goes away tells every connection so: the pool drops the idle ones, and whoever holds one learns of it
  // by the next query. Without listeners either would end the process.
  pool.on('error', () => undefined);
  pool.on('connect', (client) => client.on('error', () => undefined));
  return pool;
}

function connection(address: DatabaseAddress): PoolConfig {
  if ('url' in address) return { connectionString: address.url };
  const { host, port, dbname, username, password } = readSecret(address.secret);
  const isLoopback = ['localhost', '127.0.0.1', '::1'].includes(host);
  const ssl = isLoopback ? {} : { ssl: { rejectUnauthorized: true } };
  return { host, port, database: dbname, user: username, password, ...ssl };
}

function readSecret(secret: string): z.output<typeof secretSchema> {
  let json: unknown;
  try {
    json = JSON.parse(secret);
  } catch {
    throw new Error("The database's secret is not JSON: it needs host, port, dbname, username, password");
  }
  const parsed = secretSchema.safeParse(json);
  if (parsed.success) return parsed.data;
  const reasons = parsed.error.issues.map((issue) => `${issue.path.join('.') || 'secret'}: ${issue.message}`);
  throw new Error(`The database's secret cannot be used: ${reasons.join('; ')}`);
}
