import type { ClientBase, Pool } from 'pg';
import { queryPrepared } from './database.ts';
import { dueFollowUps } from './follow-ups.ts';
import type { Lease, Settled } from './ledger.ts';

/** How an attempt ended and what its run becomes by it. */
export interface Ending {
  /** SQL assignments to the run's row; `values` begin at $5. */
  set: string;
  values: readonly unknown[];
  outcome: 'done' | 'failed' | 'dead' | 'handed-back';
  /** JSON of what went wrong. */
  error?: string;
}

/** Ends the attempt if its lease still stands, and asks what became due by it. */
export async function settle(pool: Pool, lease: Lease, ending: Ending): Promise<Settled> {
  return settledFrom(pool, lease.runId, await endAttempt(pool, lease, ending));
}

/** What an attempt's end found: undefined if its lease did not stand, else whether its run has children or a parent. */
export type Ended = { hasFamily: boolean } | undefined;

/** Ends the attempt in one statement, on any connection. */
export async function endAttempt(
  connection: Pick<ClientBase, 'query'>,
  { runId, token }: Lease,
  { set, values, outcome, error }: Ending,
): Promise<Ended> {
  const rows = await queryPrepared<{ has_family: boolean }>(connection, {
    // Each kind of end has a statement of its own.
    name: `end-attempt-${outcome}`,
    text: `WITH settled AS (
       UPDATE run SET ${set}, lease_until = NULL
       WHERE run_id = $1 AND token = $2 AND state = 'running'
       RETURNING run_id, token, parent_run_id
     ), ended AS (
       UPDATE run_attempt SET outcome = $3, error = $4, ended_at = clock_timestamp()
       FROM settled
       WHERE run_attempt.run_id = settled.run_id AND run_attempt.number = settled.token
     )
     SELECT parent_run_id IS NOT NULL
       OR EXISTS (SELECT FROM run_family WHERE run_family.parent_run_id = settled.run_id) AS has_family
     FROM settled`,
    values: [runId, token, outcome, error ?? null, ...values],
  });
  return rows[0] && { hasFamily: rows[0].has_family };
}

/** Asks, after the commit, what the end of an attempt made due. */
export async function settledFrom(pool: Pool, runId: string, ended: Ended): Promise<Settled> {
  if (!ended) return { settled: false };
  return { settled: true, dueFollowUps: ended.hasFamily ? await dueFollowUps(pool, runId) : [] };
}
