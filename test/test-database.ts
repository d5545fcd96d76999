import { Client, Pool } from 'pg';
import { inject } from 'vitest';

/** A migrated, empty database of one test's own. */
export interface TestDatabase {
  url: string;
  pool: Pool;
  /** Ends the pool, cuts every connection and removes the database. */
  drop(): Promise<void>;
}

/** Makes a fresh migrated database on the run's server. */
export async function createTestDatabase(): Promise<TestDatabase> {
  const name = `test_${crypto.randomUUID().replaceAll('-', '')}`;
  await administer(`CREATE DATABASE ${name} TEMPLATE ${inject('templateDatabase')}`);
  const url = new URL(inject('databaseServer'));
  url.pathname = `/${name}`;
  const pool = new Pool({ connectionString: url.href });
  // A pool without a listener ends the process when the server cuts an idle connection.
  pool.on('error', () => undefined);
  return {
    url: url.href,
    pool,
    drop: async () => {
      await pool.end();
      await administer(`DROP DATABASE ${name} WITH (FORCE)`);
    },
  };
}

async function administer(sql: string): Promise<void> {
  const client = new Client({ connectionString: inject('databaseServer') });
  await client.connect();
  try {
    await client.query(sql);
  } finally {
    await client.end();
  }
}
