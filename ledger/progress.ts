import type { Pool } from 'pg';
import { query } from './database.ts';
import type { Lease, Progress } from './ledger.ts';
import { storedJson } from './stored-text.ts';

/** Writes down how far the run is; nothing happens if the lease no longer stands. */
export async function writeProgress(pool: Pool, { runId, token }: Lease, progress: Progress): Promise<void> {
  await query(pool, `UPDATE run SET progress = $3 WHERE run_id = $1 AND token = $2 AND state = 'running'`, [
    runId,
    token,
    storedJson(progress),
  ]);
}
