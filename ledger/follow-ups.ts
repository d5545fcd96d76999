import type { Pool } from 'pg';
import { query } from './database.ts';
import type { DueFollowUp } from './ledger.ts';

/**
 * Follow-ups that are due because this run has ended, its own and its parent's. It reads what is committed: of two
 * runs of a family that end at once at least the later one sees both.
 */
export async function dueFollowUps(pool: Pool, runId: string): Promise<DueFollowUp[]> {
  const rows = await query<{ parent_run_id: string; follow_up_task: string; follow_up_input: unknown }>(
    pool,
    `SELECT family.parent_run_id, follow_up_task, follow_up_input
     FROM run AS ended
     JOIN run_family AS family ON family.parent_run_id IN (ended.run_id, ended.parent_run_id)
     JOIN run AS parent ON parent.run_id = family.parent_run_id
     WHERE ended.run_id = $1 AND parent.state = 'done' AND waiting = 0
       AND follow_up_task IS NOT NULL AND follow_up_sent_at IS NULL`,
    [runId],
  );
  return rows.map((row) => ({
    parentRunId: row.parent_run_id,
    task: row.follow_up_task,
    input: row.follow_up_input,
  }));
}

/** Writes down that the parent's follow-up was sent: it is never due again. */
export async function recordFollowUpSent(pool: Pool, parentRunId: string): Promise<void> {
  await query(
    pool,
    `UPDATE run_family SET follow_up_sent_at = clock_timestamp()
     WHERE parent_run_id = $1 AND follow_up_sent_at IS NULL`,
    [parentRunId],
  );
}
