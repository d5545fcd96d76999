import type { Pool } from 'pg';
import { query } from './database.ts';
import type { Lease, Renewal } from './ledger.ts';

/** Prolongs leases that still stand, from now on, whether or not their time had run out. */
export async function renew(
  pool: Pool,
  leases: readonly Lease[],
  leaseSeconds: number,
): Promise<Map<string, Renewal>> {
  const asked = [leases.map(({ runId }) => runId), leases.map(({ token }) => token)] as const;
  const renewed = await query<{ run_id: string }>(
    pool,
    `WITH standing AS (
       SELECT run.run_id
       FROM unnest($1::uuid[], $2::int[]) AS asked (run_id, token) JOIN run USING (run_id, token)
       WHERE run.state = 'running'
       ORDER BY run.run_id
       FOR NO KEY UPDATE OF run
     )
     UPDATE run SET lease_until = clock_timestamp() + make_interval(secs => $3)
     FROM standing WHERE run.run_id = standing.run_id
     RETURNING run.run_id`,
    [...asked, leaseSeconds],
  );
  const answers = new Map<string, Renewal>(leases.map(({ runId }) => [runId, 'lost']));
  for (const { run_id } of renewed) answers.set(run_id, 'renewed');
  if (renewed.length === answers.size) return answers;
  const cancelled = await query<{ run_id: string }>(
    pool,
    `SELECT run.run_id
     FROM unnest($1::uuid[], $2::int[]) AS asked (run_id, token) JOIN run USING (run_id, token)
     WHERE run.state = 'cancelled'`,
    asked,
  );
  for (const { run_id } of cancelled) answers.set(run_id, 'cancelled');
  return answers;
}
