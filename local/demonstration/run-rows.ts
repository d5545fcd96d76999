import type { Pool } from 'pg';

/** A run of the demonstration, as the ledger has it. */
export interface RunRow {
  runId: string;
  task: string;
  source: string;
  state: string;
  attempts: number;
  /** From sending to its first attempt. */
  queuedSeconds: number;
  /** Over all its attempts. */
  workedSeconds: number;
  input: unknown;
  result: unknown;
  reason: string | null;
}

/** Every run since the demonstration began, in the order of their sending. */
export async function readRuns(pool: Pool, since: Date): Promise<RunRow[]> {
  const { rows } = await pool.query<RunRow>(sql, [since]);
  return rows;
}

const sql = `
  SELECT run.run_id AS "runId", run.task, run.source, run.state,
    run.earlier_attempts + run.attempts AS attempts, run.input, run.result, run.reason,
    greatest(0, extract(epoch FROM coalesce(min(attempt.started_at), now()) - run.sent_at))::float8 AS "queuedSeconds",
    coalesce(extract(epoch FROM sum(coalesce(attempt.ended_at, now()) - attempt.started_at)), 0)::float8
      AS "workedSeconds"
  FROM run LEFT JOIN run_attempt AS attempt USING (run_id)
  WHERE run.created_at >= $1
  GROUP BY run.run_id
  ORDER BY run.sent_at, run.run_id`;
