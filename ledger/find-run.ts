import type { ClientBase } from 'pg';
import type { ClaimRequest, RunError } from './ledger.ts';
import { keyDigest, messageColumns, placeholders } from './message-columns.ts';
import { storedText } from './stored-text.ts';

/** A run's row, locked to the end of the transaction. */
export interface LockedRun {
  runId: string;
  state: 'open' | 'running' | 'done' | 'dead' | 'cancelled';
  task: string | null;
  token: number;
  attempts: number;
  vanished: number;
  worker: string | null;
  /** Seconds to the lease's end and to the time before which it may not be tried; negative when over. */
  leaseLeft: number | null;
  waitLeft: number | null;
  result: unknown;
  reason: string | null;
  error: RunError | null;
  deadLetterSent: boolean;
  hasKey: boolean;
  /** Whether what it held was erased. */
  forgotten: boolean;
}

/**
 * Finds and locks the run that a message asks for: its own, or the one that had its idempotency key first. Other data
 * under that key is a conflict, for which a dead run is written. Undefined: nobody knows the run.
 */
export async function findRun(
  client: ClientBase,
  request: ClaimRequest,
): Promise<LockedRun | { conflict: string } | undefined> {
  const own = (await lockRun(client, request.runId)) ?? (await lockAliasedRun(client, request.runId));
  if (own) return own;
  const holder = await keyHolder(client, request);
  if (!holder) return undefined;
  if (holder.dataDigest !== request.dataDigest) {
    const conflict = conflictReason(request, holder.runId);
    return (await writeConflict(client, request, conflict)) ? { conflict } : undefined;
  }
  await client.query('INSERT INTO run_alias (alias_run_id, run_id) VALUES ($1, $2) ON CONFLICT DO NOTHING', [
    request.runId,
    holder.runId,
  ]);
  return lockRun(client, holder.runId);
}

/** Another run that was given the message's idempotency key. */
export async function keyHolder(
  client: ClientBase,
  request: ClaimRequest,
): Promise<{ runId: string; dataDigest: string } | undefined> {
  if (request.idempotencyKey === undefined) return undefined;
  const { rows } = await client.query<{ runId: string; dataDigest: string }>(
    `SELECT run_id AS "runId", coalesce(data_digest, $4) AS "dataDigest"
     FROM run WHERE task = $1 AND key_digest = $2 AND run_id <> $3`,
    [storedText(request.task), keyDigest(request), request.runId, request.dataDigest],
  );
  return rows[0];
}

/** What the operator reads on the dead letter. */
export function conflictReason({ idempotencyKey, task }: ClaimRequest, holder: string): string {
  return (
    `The idempotency key ${JSON.stringify(idempotencyKey)} of ${task} was used by run ${holder} with other data: ` +
    'send other work under another key'
  );
}

async function lockRun(client: ClientBase, runId: string): Promise<LockedRun | undefined> {
  const { rows } = await client.query<LockedRun>(
    `SELECT run_id AS "runId", state, task, token, attempts, vanished, worker, result, reason, error,
       extract(epoch FROM lease_until - clock_timestamp())::float8 AS "leaseLeft",
       extract(epoch FROM not_before - clock_timestamp())::float8 AS "waitLeft",
       dead_letter_sent_at IS NOT NULL AS "deadLetterSent", key_digest IS NOT NULL AS "hasKey",
       forgotten_at IS NOT NULL AS forgotten
     FROM run WHERE run_id = $1 FOR NO KEY UPDATE`,
    [runId],
  );
  return rows[0];
}

async function lockAliasedRun(client: ClientBase, aliasRunId: string): Promise<LockedRun | undefined> {
  const { rows } = await client.query<{ run_id: string }>(
    'SELECT run_id FROM run_alias WHERE alias_run_id = $1',
    [aliasRunId],
  );
  return rows[0] && lockRun(client, rows[0].run_id);
}

async function writeConflict(client: ClientBase, request: ClaimRequest, reason: string): Promise<boolean> {
  const columns = messageColumns(request, { withKey: false });
  const { rowCount } = await client.query(
    `INSERT INTO run (run_id, state, reason, ended_at, ${Object.keys(columns)})
     VALUES ($1, 'dead', $2, clock_timestamp(), ${placeholders(Object.keys(columns).length, 3)})
     ON CONFLICT DO NOTHING`,
    [request.runId, storedText(reason), ...Object.values(columns)],
  );
  return rowCount === 1;
}
