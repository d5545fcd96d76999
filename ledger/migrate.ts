import path from 'node:path';
import { Pool } from 'pg';
import Postgrator from 'postgrator';
import { inTransaction } from './database.ts';

/** Where migrations lie and which table remembers those that ran. */
export interface Migrations {
  /** Holds plain SQL files called `001.do.what-it-does.sql`. */
  folder: string;
  table: string;
}

/**
 * Brings the database to the newest migration of the folder: all in one transaction, under an advisory lock, so that
 * of many starting workers one migrates and the others wait. A database that a newer version has already brought
 * further is left as it is. Throws LedgerUnreachable if there is no connection or it breaks.
 */
export async function migrate(database: Pool | string, migrations: Migrations): Promise<void> {
  if (typeof database === 'string') {
    const pool = new Pool({ connectionString: database, max: 1 });
    return migrate(pool, migrations).finally(() => pool.end());
  }
  return inTransaction(database, async (client) => {
    await client.query("SELECT pg_advisory_xact_lock(hashtextextended('slackwater migrations', 0))");
    await migrateIn(client, migrations);
  });
}

async function migrateIn(
  client: { query(sql: string): Promise<{ rows: unknown[] }> },
  { folder, table }: Migrations,
): Promise<void> {
  const postgrator = new Postgrator({
    driver: 'pg',
    migrationPattern: path.join(folder, '*.do.*.sql'),
    schemaTable: table,
    execQuery: (sql) => client.query(sql),
  });
  const newest = Math.max(0, ...(await postgrator.getMigrations()).map(({ version }) => version));
  if ((await postgrator.getDatabaseVersion()) < newest) await postgrator.migrate(String(newest));
}
