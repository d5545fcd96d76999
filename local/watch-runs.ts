import type { Pool } from 'pg';

/** An attempt or a run that ended, as the ledger has it. */
export type RunEvent =
  | {
      kind: 'run-ended';
      runId: string;
      task: string;
      state: 'done' | 'dead' | 'cancelled';
      attempts: number;
      result: unknown;
      reason: string | null;
    }
  | {
      kind: 'attempt-ended';
      runId: string;
      task: string;
      number: number;
      outcome: 'failed' | 'handed-back' | 'vanished';
      error: string | null;
    };

const everyMilliseconds = 500;
/** A row becomes visible at its commit, a little after the time that stands in it. */
const overlapMilliseconds = 10_000;

/** Tells of attempts that did not end well and of runs that ended, from now on; the answer looks once more and ends it. */
export function watchRuns(pool: Pool, onEvent: (event: RunEvent) => void): () => Promise<void> {
  const told = new Map<string, number>();
  const since = Date.now();
  let stopped = false;
  let timer: NodeJS.Timeout | undefined;

  const tellOnce = (key: string, event: RunEvent): void => {
    if (told.has(key)) return;
    told.set(key, Date.now());
    onEvent(event);
  };
  const look = async (): Promise<void> => {
    const from = new Date(Math.max(since, Date.now() - overlapMilliseconds));
    const attempts = await pool.query(attemptsSql, [from]);
    for (const { key, ...attempt } of attempts.rows) tellOnce(key, { kind: 'attempt-ended', ...attempt });
    const runs = await pool.query(runsSql, [from]);
    for (const { key, ...run } of runs.rows) tellOnce(key, { kind: 'run-ended', ...run });
    for (const [key, at] of told) if (at < Date.now() - 2 * overlapMilliseconds) told.delete(key);
  };
  const loop = async (): Promise<void> => {
    await look().catch(() => undefined);
    if (!stopped) {
      timer = setTimeout(() => {
        underway = loop();
      }, everyMilliseconds);
    }
  };
  let underway = loop();
  return async () => {
    stopped = true;
    clearTimeout(timer);
    await underway;
    await look().catch(() => undefined);
  };
}

const attemptsSql = `
  SELECT 'attempt ' || run_id || number AS key, run_id AS "runId", run.task, number, outcome,
    run_attempt.error ->> 'message' AS error
  FROM run_attempt JOIN run USING (run_id)
  WHERE run_attempt.ended_at >= $1 AND outcome IN ('failed', 'handed-back', 'vanished')
  ORDER BY run_attempt.ended_at`;

const runsSql = `
  SELECT run_id || ended_at::text AS key, run_id AS "runId", coalesce(task, 'a task') AS task, state,
    earlier_attempts + attempts AS attempts, result, reason
  FROM run WHERE ended_at >= $1 AND state IN ('done', 'dead', 'cancelled')
  ORDER BY ended_at`;
