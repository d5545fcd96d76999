import type { Pool } from 'pg';
import { batched } from './batched.ts';
import { queryPrepared } from './database.ts';
import type { ClaimRequest } from './ledger.ts';
import { type MessageColumns, messageColumns } from './message-columns.ts';

/**
 * Begins a run that nobody has heard of, with its first attempt, in one statement: what nearly every message needs.
 * Answers false if the run, its alias or its idempotency key is known.
 */
export type ClaimFresh = (request: ClaimRequest) => Promise<boolean>;

/** Claims that come together share a statement. */
export function createClaimFresh(pool: Pool): ClaimFresh {
  const one = async (request: ClaimRequest) => (await claimAll(pool, [request])).size > 0;
  const together = batched<ClaimRequest, boolean>({
    one,
    many: async (requests) => {
      const claimed = await claimAll(pool, firstOfEach(requests));
      return requests.map(({ runId }) => claimed.delete(runId));
    },
  });
  // Two workers that insert the same keys in different orders would wait for each other.
  return (request) => (request.idempotencyKey === undefined ? together(request) : one(request));
}

/** A run that is asked for twice is claimed by the first, and known to the second. */
function firstOfEach(requests: readonly ClaimRequest[]): ClaimRequest[] {
  const byRun = new Map<string, ClaimRequest>();
  for (const request of requests) if (!byRun.has(request.runId)) byRun.set(request.runId, request);
  return [...byRun.values()];
}

/** The ids of the runs that were begun. Rows go in by their order of ids, in which no two workers wait for each other. */
async function claimAll(pool: Pool, requests: readonly ClaimRequest[]): Promise<Set<string>> {
  const kept = requests.map((request) => messageColumns(request));
  const rows = await queryPrepared<{ run_id: string }>(pool, {
    name: 'claim-fresh',
    text: claimSql,
    values: [
      requests.map(({ runId }) => runId),
      requests.map(({ worker }) => worker),
      requests.map(({ leaseSeconds }) => leaseSeconds),
      requests.map(({ sqsMessageId }) => sqsMessageId),
      ...columns.map((column) => kept.map((values) => values[column])),
    ],
  });
  return new Set(rows.map(({ run_id }) => run_id));
}

/** What a row keeps of its message, as arrays of these types. */
const columnTypes = {
  task: 'text',
  source: 'text',
  message_id: 'text',
  input: 'json',
  data_digest: 'text',
  idempotency_key: 'text',
  key_digest: 'text',
  traceparent: 'text',
  reply_to: 'text',
  message_group: 'text',
  sent_at: 'timestamptz',
} satisfies Record<keyof MessageColumns, string>;

const columns = Object.keys(columnTypes) as (keyof MessageColumns)[];
const names = columns.join(', ');
const arrays = Object.values(columnTypes).map((type, index) => `$${index + 5}::${type}[]`);

const claimSql = `WITH asked AS (
    SELECT *
    FROM unnest($1::uuid[], $2::text[], $3::float8[], $4::text[], ${arrays.join(', ')})
      AS asked (run_id, worker, lease_seconds, sqs_message_id, ${names})
  ), fresh AS (
    INSERT INTO run (run_id, state, token, attempts, worker, lease_until, started_at, ${names})
    SELECT run_id, 'running', 1, 1, worker, clock_timestamp() + make_interval(secs => lease_seconds),
      clock_timestamp(), ${names}
    FROM asked
    WHERE NOT EXISTS (SELECT FROM run_alias WHERE alias_run_id = asked.run_id)
    ORDER BY run_id
    ON CONFLICT DO NOTHING
    RETURNING run_id, worker, started_at
  ), attempt AS (
    INSERT INTO run_attempt (run_id, number, worker, started_at)
    SELECT run_id, 1, worker, started_at FROM fresh
  ), message AS (
    INSERT INTO run_message (run_id, sqs_message_id)
    SELECT run_id, sqs_message_id FROM fresh JOIN asked USING (run_id)
  )
  SELECT run_id FROM fresh`;
