import type { Pool } from 'pg';
import { query } from './database.ts';
import type { ClaimRequest } from './ledger.ts';
import { messageColumns, placeholders } from './message-columns.ts';

/**
 * Begins a run that nobody has heard of, with its first attempt, in one statement: what nearly every message needs.
 * Answers false if the run, its alias or its idempotency key is known.
 */
export async function claimFresh(pool: Pool, request: ClaimRequest): Promise<boolean> {
  const columns = messageColumns(request);
  const rows = await query(
    pool,
    `WITH fresh AS (
       INSERT INTO run (run_id, state, token, attempts, worker, lease_until, started_at, ${Object.keys(columns)})
       SELECT $1, 'running', 1, 1, $2, clock_timestamp() + make_interval(secs => $3), clock_timestamp(),
         ${placeholders(Object.keys(columns).length, 5)}
       WHERE NOT EXISTS (SELECT FROM run_alias WHERE alias_run_id = $1)
       ON CONFLICT DO NOTHING
       RETURNING run_id, worker, started_at
     ), attempt AS (
       INSERT INTO run_attempt (run_id, number, worker, started_at)
       SELECT run_id, 1, worker, started_at FROM fresh
     ), message AS (
       INSERT INTO run_message (run_id, sqs_message_id) SELECT run_id, $4 FROM fresh
     )
     SELECT run_id FROM fresh`,
    [request.runId, request.worker, request.leaseSeconds, request.sqsMessageId, ...Object.values(columns)],
  );
  return rows.length > 0;
}
