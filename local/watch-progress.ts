import type { Pool } from 'pg';
import type { Progress } from '../ledger/ledger.ts';

/** A run that is being worked on has told how far it is. */
export interface ProgressEvent {
  kind: 'run-progress';
  runId: string;
  task: string;
  progress: Progress;
}

/** A person who reads along wants no more of one run. */
const readablePauseMilliseconds = 3000;

/** Tells how far runs are that take longer than the pause, once in each; the answer ends it. */
export function watchProgress(
  pool: Pool,
  onEvent: (event: ProgressEvent) => void,
  pauseMilliseconds = readablePauseMilliseconds,
): () => Promise<void> {
  const told = new Map<string, { words: string; at: number }>();
  let stopped = false;
  let timer: NodeJS.Timeout | undefined;

  const look = async (): Promise<void> => {
    const { rows } = await pool.query<Omit<ProgressEvent, 'kind'>>(progressSql);
    for (const run of rows) {
      const words = JSON.stringify(run.progress);
      const before = told.get(run.runId) ?? { words: '', at: Date.now() };
      told.set(run.runId, before);
      if (words === before.words || Date.now() - before.at < pauseMilliseconds) continue;
      told.set(run.runId, { words, at: Date.now() });
      onEvent({ kind: 'run-progress', ...run });
    }
    for (const runId of told.keys()) if (!rows.some((run) => run.runId === runId)) told.delete(runId);
  };
  const loop = async (): Promise<void> => {
    await look().catch(() => undefined);
    if (stopped) return;
    timer = setTimeout(() => {
      underway = loop();
    }, pauseMilliseconds / 3);
  };
  let underway = loop();
  return async () => {
    stopped = true;
    clearTimeout(timer);
    await underway;
  };
}

const progressSql = `
  SELECT run_id AS "runId", coalesce(task, 'a task') AS task, progress
  FROM run WHERE state = 'running' AND progress IS NOT NULL
  ORDER BY started_at`;
