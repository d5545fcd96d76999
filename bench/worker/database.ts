import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { migrate } from '../../ledger/migrate.ts';
import { startPostgres } from '../../local/postgres.ts';

/** A Postgres with the ledger's tables. */
export interface BenchDatabase {
  url: string;
  stop(): Promise<void>;
}

/** Starts a Postgres of the benchmark's own, or takes the one that is given, which keeps what the benchmark writes. */
export async function openBenchDatabase(given?: string): Promise<BenchDatabase> {
  const database = given === undefined ? await startOwn() : { url: given, stop: async () => undefined };
  const folder = path.join(import.meta.dirname, '../../ledger/migrations');
  await migrate(database.url, { folder, table: 'ledger_migration' });
  return database;
}

async function startOwn(): Promise<BenchDatabase> {
  const directory = await mkdtemp(path.join(tmpdir(), 'slackwater-bench-postgres-'));
  const server = await startPostgres({ directory, log: () => undefined });
  return {
    url: server.url,
    stop: async () => {
      await server.stop();
      await rm(directory, { recursive: true });
    },
  };
}
