import { Pool } from 'pg';
import { createLedger } from '../ledger/create-ledger.ts';
import type { Ledger } from '../ledger/ledger.ts';

/** Aurora resumes from its pause in about 15 s, so a connection may take that long. */
export const connectTimeoutMs = 45_000;

/** Opens one connection, uses the ledger and closes it: an idle connection would keep the database awake. */
export async function withLedger<Value>(
  databaseUrl: () => string | Promise<string>,
  use: (ledger: Ledger) => Promise<Value>,
): Promise<Value> {
  const connectionString = await databaseUrl();
  const pool = new Pool({ connectionString, max: 1, connectionTimeoutMillis: connectTimeoutMs });
  // Without a listener the end of an idle connection would end the web application's process.
  pool.on('error', () => undefined);
  try {
    return await use(createLedger(pool));
  } finally {
    await pool.end();
  }
}
