import { type Connection, query } from './database.ts';
import type { Progress, RunStatus } from './ledger.ts';

/** What the web application may know of a run; it reads nothing but the view `run_status`. */
export async function status(connection: Connection, runId: string): Promise<RunStatus> {
  const [row] = await query<StatusRow>(connection, 'SELECT * FROM run_status WHERE run_id = $1', [runId]);
  if (!row) return { runId, state: 'unknown' };
  const known = {
    task: row.task,
    attempts: row.attempts,
    progress: row.progress,
    result: row.result,
    error: row.error,
    sentAt: row.sent_at,
    startedAt: row.started_at,
    endedAt: row.ended_at,
    notBefore: row.not_before,
    forgottenAt: row.forgotten_at,
    children:
      row.children_waiting === null
        ? null
        : {
            waiting: row.children_waiting,
            done: row.children_done,
            dead: row.children_dead,
            cancelled: row.children_cancelled,
          },
  };
  const given = Object.entries(known).filter(([, value]) => value !== null);
  return { runId, state: row.state, ...Object.fromEntries(given) };
}

interface StatusRow {
  state: RunStatus['state'];
  task: string | null;
  attempts: number;
  progress: Progress | null;
  result: unknown;
  error: string | null;
  sent_at: Date | null;
  started_at: Date | null;
  ended_at: Date | null;
  not_before: Date | null;
  forgotten_at: Date | null;
  children_waiting: number | null;
  children_done: number | null;
  children_dead: number | null;
  children_cancelled: number | null;
}
