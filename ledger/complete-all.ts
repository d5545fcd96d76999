import type { Pool } from 'pg';
import { queryPrepared } from './database.ts';
import type { Lease } from './ledger.ts';
import type { Ended } from './settle.ts';

/** That a run is done, with JSON of its result. */
export interface Completion {
  lease: Lease;
  result: string;
}

/**
 * Ends attempts in one statement that waits for nobody: a run that somebody else has locked is left out, and so is a
 * child, whose end is counted in its parent's row. Undefined for what was left out and for leases that do not stand.
 */
export async function completeAll(pool: Pool, completions: readonly Completion[]): Promise<Ended[]> {
  const rows = await queryPrepared<{ run_id: string; token: number; has_family: boolean }>(pool, {
    name: 'complete-all',
    text: completeSql,
    values: [
      completions.map(({ lease }) => lease.runId),
      completions.map(({ lease }) => lease.token),
      completions.map(({ result }) => result),
    ],
  });
  const ended = new Map(rows.map((row) => [`${row.run_id} ${row.token}`, { hasFamily: row.has_family }]));
  return completions.map(({ lease }) => ended.get(`${lease.runId} ${lease.token}`));
}

const completeSql = `WITH asked AS (
    SELECT * FROM unnest($1::uuid[], $2::int[], $3::json[]) AS asked (run_id, token, result)
  ), held AS (
    SELECT run.run_id, run.token, asked.result
    FROM asked JOIN run USING (run_id, token)
    WHERE run.state = 'running' AND run.parent_run_id IS NULL
    FOR NO KEY UPDATE OF run SKIP LOCKED
  ), settled AS (
    UPDATE run SET state = 'done', result = held.result, ended_at = clock_timestamp(), reason = NULL, error = NULL,
      lease_until = NULL
    FROM held
    WHERE run.run_id = held.run_id
    RETURNING run.run_id, run.token
  ), ended AS (
    UPDATE run_attempt SET outcome = 'done', error = NULL, ended_at = clock_timestamp()
    FROM settled
    WHERE run_attempt.run_id = settled.run_id AND run_attempt.number = settled.token
  )
  SELECT run_id, token,
    EXISTS (SELECT FROM run_family WHERE run_family.parent_run_id = settled.run_id) AS has_family
  FROM settled`;
