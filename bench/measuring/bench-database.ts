import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { migrate } from '../../ledger/migrate.ts';
import { startPostgres } from '../../local/postgres.ts';

/** A Postgres with the tables of a worker. */
export interface BenchDatabase {
  url: string;
  stop(): Promise<void>;
}

/** Starts a Postgres of the benchmark's own, or takes the one that is given, which keeps what the benchmark writes. */
export async function openBenchDatabase(given?: string): Promise<BenchDatabase> {
  const database = given === undefined ? await startOwn() : { url: given, stop: async () => undefined };
  for (const owner of ['ledger', 'services']) {
    const folder = path.join(import.meta.dirname, '../..', owner, 'migrations');
    await migrate(database.url, { folder, table: `${owner}_migration` });
  }
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
