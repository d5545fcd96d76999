import type { Pool } from 'pg';
import { query, repeatedly } from './database.ts';

/** Cancels a run that has not ended, also one whose message has not come yet. */
export async function cancel(pool: Pool, runId: string): Promise<'cancelled' | 'already-ended'> {
  const rows = await repeatedly(() =>
    query<{ cancelled: boolean }>(pool, 'SELECT cancel_run($1) AS cancelled', [runId]),
  );
  return rows[0]?.cancelled ? 'cancelled' : 'already-ended';
}
