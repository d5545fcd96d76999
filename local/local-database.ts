import { join } from 'node:path';
import { Client } from 'pg';
import { startPostgres } from './postgres.ts';
import type { DatabaseAddress } from './provision/local-services.ts';

/** The database of the local cloud: a Postgres of its own, or one that is given. */
export interface LocalDatabase {
  address: DatabaseAddress;
  url: string;
  stop(): Promise<void>;
}

/** Starts Postgres and makes the database in it; a URL that is given is taken as it is, and not stopped. */
export async function openLocalDatabase(options: {
  stateDirectory: string;
  name: string;
  databaseUrl: string | undefined;
  log: (line: string) => void;
}): Promise<LocalDatabase> {
  if (options.databaseUrl !== undefined) {
    return { address: addressOf(options.databaseUrl), url: options.databaseUrl, stop: async () => {} };
  }
  const server = await startPostgres({
    directory: join(options.stateDirectory, 'postgres'),
    log: options.log,
  });
  try {
    await createDatabase(server.url, options.name);
  } catch (error) {
    await server.stop();
    throw error;
  }
  const url = new URL(server.url);
  url.pathname = `/${options.name}`;
  return { address: addressOf(url.href), url: url.href, stop: () => server.stop() };
}

async function createDatabase(url: string, name: string): Promise<void> {
  const client = new Client({ connectionString: url });
  await client.connect();
  try {
    const found = await client.query('SELECT 1 FROM pg_database WHERE datname = $1', [name]);
    if (found.rowCount === 0) await client.query(`CREATE DATABASE ${client.escapeIdentifier(name)}`);
  } finally {
    await client.end();
  }
}

function addressOf(url: string): DatabaseAddress {
  const { hostname, port, pathname, username, password } = new URL(url);
  return {
    host: hostname,
    port: Number(port || 5432),
    database: decodeURIComponent(pathname.slice(1)) || 'postgres',
    user: decodeURIComponent(username) || 'postgres',
    password: decodeURIComponent(password),
  };
}
