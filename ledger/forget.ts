import type { Pool } from 'pg';
import { query, repeatedly } from './database.ts';
import type { Forgotten } from './ledger.ts';

/** So many runs are erased in one transaction, besides their children. */
const mostAtOnce = 500;

/** Erases what a run and its children hold; it is cancelled if it has not ended. */
export async function forgetRun(pool: Pool, runId: string): Promise<Forgotten> {
  return erase(pool, 'SELECT runs, claim_checks AS "claimChecks" FROM forget_run($1)', [runId]);
}

/** Erases what the runs of these message groups and their children hold, some at a time. */
export async function forgetGroups(pool: Pool, groups: readonly string[]): Promise<Forgotten> {
  const total = { runs: 0, claimChecks: 0 };
  for (;;) {
    const some = await erase(pool, 'SELECT runs, claim_checks AS "claimChecks" FROM forget_groups($1, $2)', [
      groups,
      mostAtOnce,
    ]);
    if (some.runs === 0) return total;
    total.runs += some.runs;
    total.claimChecks += some.claimChecks;
  }
}

/** Keeps where in the claim-check bucket data of a run lies, so that it can be erased. */
export async function recordClaimCheck(pool: Pool, runId: string, reference: string): Promise<void> {
  await query(
    pool,
    `INSERT INTO run_claim_check (run_id, reference)
     SELECT $1, $2 WHERE NOT EXISTS (SELECT FROM run_claim_check WHERE run_id = $1 AND reference = $2)`,
    [runId, reference],
  );
}

async function erase(pool: Pool, sql: string, values: readonly unknown[]): Promise<Forgotten> {
  const [row] = await repeatedly(() => query<{ runs: number; claimChecks: number }>(pool, sql, values));
  return row ?? { runs: 0, claimChecks: 0 };
}
