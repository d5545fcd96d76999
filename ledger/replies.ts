import type { Pool } from 'pg';
import { query } from './database.ts';
import type { DueReply, RunError } from './ledger.ts';

/** How the run ended, if it did and this message of it has not been told yet. */
export async function dueReply(
  pool: Pool,
  { runId, sqsMessageId }: { runId: string; sqsMessageId: string },
): Promise<DueReply | undefined> {
  const [row] = await query<EndedRow>(
    pool,
    `SELECT state, result, reason, error, ended_at FROM run
     WHERE run_id = $1 AND state IN ('done', 'dead', 'cancelled') AND forgotten_at IS NULL AND NOT EXISTS (
       SELECT FROM run_message WHERE run_id = $1 AND sqs_message_id = $2 AND replied_at IS NOT NULL
     )`,
    [runId, sqsMessageId],
  );
  if (!row) return undefined;
  const endedAt = row.ended_at;
  switch (row.state) {
    case 'done':
      return { status: 'done', result: row.result, endedAt };
    case 'cancelled':
      return { status: 'cancelled', endedAt };
    case 'dead':
      return { status: 'dead', error: toldError(row), endedAt };
  }
}

/** Writes down that the message was replied to: it is never due again. */
export async function recordReplySent(
  pool: Pool,
  { runId, sqsMessageId }: { runId: string; sqsMessageId: string },
): Promise<void> {
  await query(
    pool,
    `INSERT INTO run_message (run_id, sqs_message_id, replied_at) VALUES ($1, $2, clock_timestamp())
     ON CONFLICT (run_id, sqs_message_id) DO UPDATE SET replied_at = coalesce(run_message.replied_at, excluded.replied_at)`,
    [runId, sqsMessageId],
  );
}

interface EndedRow {
  state: DueReply['status'];
  result: unknown;
  reason: string | null;
  error: RunError | null;
  ended_at: Date;
}

/** Without the stack, which is the operator's. */
function toldError({ reason, error }: EndedRow): { name?: string; message: string } {
  const message = reason ?? error?.message ?? 'unknown';
  return error ? { name: error.name, message } : { message };
}
