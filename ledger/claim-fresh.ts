import type { Pool } from 'pg';
import { translated } from './database.ts';
import type { ClaimRequest } from './ledger.ts';
import { messageColumns, placeholders } from './message-columns.ts';

/**
 * Begins a run that nobody has heard of, with its first attempt, in one statement: what nearly every message needs.
 * Answers false if the run, its alias or its idempotency key is known.
 */
export async function claimFresh(pool: Pool, request: ClaimRequest): Promise<boolean> {
  const columns = messageColumns(request);
  const values = [request.runId, request.worker, request.leaseSeconds, request.sqsMessageId];
  try {
    const { rows } = await pool.query({
      // Every message needs it: Postgres plans it once a connection.
      name: 'claim-fresh',
      text: claimFreshSql(Object.keys(columns)),
      values: [...values, ...Object.values(columns)],
    });
    return rows.length > 0;
  } catch (error) {
    throw translated(error);
  }
}

function claimFreshSql(columns: readonly string[]): string {
  return `WITH fresh AS (
      INSERT INTO run (run_id, state, token, attempts, worker, lease_until, started_at, ${columns})
      SELECT $1, 'running', 1, 1, $2, clock_timestamp() + make_interval(secs => $3), clock_timestamp(),
        ${placeholders(columns.length, 5)}
      WHERE NOT EXISTS (SELECT FROM run_alias WHERE alias_run_id = $1)
      ON CONFLICT DO NOTHING
      RETURNING run_id, worker, started_at
    ), attempt AS (
      INSERT INTO run_attempt (run_id, number, worker, started_at)
      SELECT run_id, 1, worker, started_at FROM fresh
    ), message AS (
      INSERT INTO run_message (run_id, sqs_message_id) SELECT run_id, $4 FROM fresh
    )
    SELECT run_id FROM fresh`;
}
