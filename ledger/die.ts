import type { Pool } from 'pg';
import { query } from './database.ts';
import type { Lease, RunError, Settled } from './ledger.ts';
import { settle } from './settle.ts';
import { storedJson, storedText } from './stored-text.ts';

/** The run is given up, and with it every SQS message id that it was seen under. */
export async function die(
  pool: Pool,
  lease: Lease,
  { reason, error }: { reason: string; error?: RunError },
): Promise<Settled> {
  return settle(pool, lease, {
    set: `state = 'dead', reason = $5, error = $4, ended_at = clock_timestamp(), dead_letter_sent_at = NULL`,
    values: [storedText(reason)],
    outcome: 'dead',
    ...(error === undefined ? {} : { error: storedJson(error) }),
  });
}

/** Writes down that the run's dead letter lies on its queue. */
export async function recordDeadLetterSent(pool: Pool, runId: string): Promise<void> {
  await query(
    pool,
    `UPDATE run SET dead_letter_sent_at = clock_timestamp()
     WHERE run_id = $1 AND state = 'dead' AND dead_letter_sent_at IS NULL`,
    [runId],
  );
}
