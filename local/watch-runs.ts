import type { Pool } from 'pg';
import { shownRun } from './shown-run.ts';

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
    const attempts = await pool.query<Row<'attempt-ended'>>(attemptsSql, [from]);
    for (const row of attempts.rows) tellOnce(row.key, { kind: 'attempt-ended', ...shown(row) });
    const runs = await pool.query<Row<'run-ended'>>(runsSql, [from]);
    for (const row of runs.rows) tellOnce(row.key, { kind: 'run-ended', ...shown(row) });
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

type Row<Kind> = Omit<Extract<RunEvent, { kind: Kind }>, 'kind'> & { key: string; input: unknown };

/** What is told of a row. */
function shown<One extends { key: string; task: string; input: unknown }>(
  row: One,
): Omit<One, 'key' | 'input'> {
  const { key: _, input: __, ...rest } = shownRun(row);
  return rest;
}

const attemptsSql = `
  SELECT 'attempt ' || run_id || number AS key, run_id AS "runId", run.task, number, outcome, run.input,
    run_attempt.error ->> 'message' AS error
  FROM run_attempt JOIN run USING (run_id)
  WHERE run_attempt.ended_at >= $1 AND outcome IN ('failed', 'handed-back', 'vanished')
  ORDER BY run_attempt.ended_at`;

const runsSql = `
  SELECT run_id || ended_at::text AS key, run_id AS "runId", coalesce(task, 'a task') AS task, state,
    earlier_attempts + attempts AS attempts, input, result, reason
  FROM run WHERE ended_at >= $1 AND state IN ('done', 'dead', 'cancelled')
  ORDER BY ended_at`;
