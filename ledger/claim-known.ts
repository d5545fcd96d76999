import type { ClientBase } from 'pg';
import { limits } from '../tasks/limits.ts';
import type { Decision } from './decision.ts';
import { conflictReason, findRun, keyHolder, type LockedRun } from './find-run.ts';
import type { ClaimRequest } from './ledger.ts';
import { storedText } from './stored-text.ts';
import { describeRun, takeRun } from './take-run.ts';

/** Decides on a delivery of a run that has a row, under the row's lock. Undefined: it has none. */
export async function claimKnown(client: ClientBase, request: ClaimRequest): Promise<Decision | undefined> {
  const run = await findRun(client, request);
  if (!run) return undefined;
  if ('conflict' in run) {
    await recordMessage(client, request.runId, request);
    return { runId: request.runId, outcome: 'conflict', reason: run.conflict };
  }
  const { runId, state } = run;
  // Nobody works on data that was to be erased, and nothing of it is written down again.
  if (run.forgotten) return { runId, outcome: 'cancelled' };
  switch (state) {
    case 'done':
      return { runId, outcome: 'done', result: run.result };
    case 'cancelled':
      if (run.task === null) await describeRun(client, run, request);
      return { runId, outcome: 'cancelled' };
    case 'dead':
      return (await wasSeen(client, run, request)) ? dead(run) : redrive(client, run, request);
    case 'running':
      await recordMessage(client, runId, request);
      if (isAhead(run.leaseLeft)) return { runId, outcome: 'held', forSeconds: Math.ceil(run.leaseLeft) };
      return takeOver(client, run, request);
    case 'open':
      await recordMessage(client, runId, request);
      if (isAhead(run.waitLeft)) return { runId, outcome: 'waiting', forSeconds: Math.ceil(run.waitLeft) };
      return takeUnlessSuspect(client, run, request);
  }
}

function isAhead(seconds: number | null): seconds is number {
  return seconds !== null && seconds > 0;
}

/** The lease ran out without a word: the attempt counts as vanished, and after some of them the run is dead. */
async function takeOver(client: ClientBase, run: LockedRun, request: ClaimRequest): Promise<Decision> {
  await client.query(
    `UPDATE run_attempt SET outcome = 'vanished', ended_at = run.lease_until
     FROM run WHERE run.run_id = $1 AND run_attempt.run_id = $1 AND number = run.token AND outcome IS NULL`,
    [run.runId],
  );
  const vanished = run.vanished + 1;
  if (vanished < limits.vanishedAttempts) {
    return takeUnlessSuspect(client, { ...run, vanished }, request);
  }
  const reason = `It kills its worker: ${vanished} attempts ended without a word, the last on ${run.worker}`;
  await client.query(
    `UPDATE run SET state = 'dead', vanished = $2, reason = $3, error = NULL, lease_until = NULL,
       ended_at = clock_timestamp(), dead_letter_sent_at = NULL
     WHERE run_id = $1`,
    [run.runId, vanished, storedText(reason)],
  );
  return { runId: run.runId, outcome: 'dead', reason, attempts: run.attempts, deadLetterSent: false };
}

async function takeUnlessSuspect(client: ClientBase, run: LockedRun, request: ClaimRequest) {
  const { runId, vanished } = run;
  if (vanished === 0 || !request.leaveSuspects) return takeRun(client, run, request);
  await client.query(
    `UPDATE run SET state = 'open', vanished = $2, lease_until = NULL, not_before = NULL WHERE run_id = $1`,
    [runId, vanished],
  );
  return { runId, outcome: 'suspect' } as const;
}

function dead({ runId, reason, error, attempts, deadLetterSent }: LockedRun): Decision {
  const said = { runId, outcome: 'dead', reason: reason ?? 'unknown', attempts, deadLetterSent } as const;
  return error === null ? said : { ...said, error };
}

/** A dead run under a new SQS message id was sent back by somebody: it gets fresh attempts. */
async function redrive(client: ClientBase, run: LockedRun, request: ClaimRequest): Promise<Decision> {
  await recordMessage(client, run.runId, request);
  const holder = run.hasKey || run.runId !== request.runId ? undefined : await keyHolder(client, request);
  if (!holder) return takeRun(client, run, request);
  const reason = conflictReason(request, holder.runId);
  await client.query('UPDATE run SET dead_letter_sent_at = NULL, reason = $2 WHERE run_id = $1', [
    run.runId,
    storedText(reason),
  ]);
  return { runId: run.runId, outcome: 'conflict', reason };
}

async function wasSeen(client: ClientBase, { runId }: LockedRun, request: ClaimRequest): Promise<boolean> {
  const { rowCount } = await client.query(
    'SELECT FROM run_message WHERE run_id = $1 AND sqs_message_id = $2',
    [runId, request.sqsMessageId],
  );
  return rowCount === 1;
}

async function recordMessage(
  client: ClientBase,
  runId: string,
  { sqsMessageId }: ClaimRequest,
): Promise<void> {
  await client.query(
    'INSERT INTO run_message (run_id, sqs_message_id) VALUES ($1, $2) ON CONFLICT DO NOTHING',
    [runId, sqsMessageId],
  );
}
