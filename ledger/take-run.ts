import type { ClientBase } from 'pg';
import type { Decision } from './decision.ts';
import { keyHolder, type LockedRun } from './find-run.ts';
import type { ClaimRequest } from './ledger.ts';
import { messageColumns, placeholders } from './message-columns.ts';

/** Begins the next attempt at a locked run that is free; a dead one is reopened with fresh attempts. */
export async function takeRun(client: ClientBase, run: LockedRun, request: ClaimRequest): Promise<Decision> {
  const redriven = run.state === 'dead';
  if (redriven || run.task === null || run.token === 0) await describeRun(client, run, request);
  if (redriven) await reopen(client, run);
  const { rows } = await client.query<{ token: number; attempts: number }>(
    `UPDATE run SET state = 'running', token = token + 1, attempts = attempts + 1, vanished = $2, worker = $3,
       lease_until = clock_timestamp() + make_interval(secs => $4), not_before = NULL,
       started_at = coalesce(started_at, clock_timestamp())
     WHERE run_id = $1
     RETURNING token, attempts`,
    [run.runId, redriven ? 0 : run.vanished, request.worker, request.leaseSeconds],
  );
  const { token, attempts } = rows[0] ?? { token: 0, attempts: 0 };
  await client.query(
    `INSERT INTO run_attempt (run_id, number, worker, started_at) VALUES ($1, $2, $3, clock_timestamp())`,
    [run.runId, token, request.worker],
  );
  return {
    runId: run.runId,
    outcome: 'claimed',
    lease: { runId: run.runId, token },
    attempt: attempts,
    redriven,
  };
}

/** Writes down the message of a run that had none, or of one that was sent back, perhaps corrected. */
export async function describeRun(client: ClientBase, run: LockedRun, request: ClaimRequest): Promise<void> {
  if (run.runId !== request.runId) return;
  const withKey = (await keyHolder(client, request)) === undefined;
  const columns = messageColumns(request, { withKey });
  await client.query(
    `UPDATE run SET (${Object.keys(columns)}) = ROW (${placeholders(Object.keys(columns).length, 2)})
     WHERE run_id = $1`,
    [run.runId, ...Object.values(columns)],
  );
}

async function reopen(client: ClientBase, { runId }: LockedRun): Promise<void> {
  await client.query(
    `UPDATE run SET state = 'open', earlier_attempts = earlier_attempts + attempts, attempts = 0, reason = NULL,
       error = NULL, progress = NULL, ended_at = NULL, dead_letter_sent_at = NULL
     WHERE run_id = $1`,
    [runId],
  );
}
