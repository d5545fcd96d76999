import type { Pool } from 'pg';
import { batched } from './batched.ts';
import { type Completion, completeAll } from './complete-all.ts';
import { inTransaction } from './database.ts';
import { holdLease } from './hold-lease.ts';
import { type Lease, LeaseLost, type Settled, type Transaction } from './ledger.ts';
import { type Ended, type Ending, endAttempt, settledFrom } from './settle.ts';
import { storedJson } from './stored-text.ts';

/** Says that a run is done with this result; completions that come together share a statement. */
export function createComplete(pool: Pool): (lease: Lease, result: unknown) => Promise<Settled> {
  const end = batched<Completion, Ended>({
    one: ({ lease, result }) => endAttempt(pool, lease, done(result)),
    many: (completions) => completeAll(pool, completions),
  });
  return async (lease, result) =>
    settledFrom(pool, lease.runId, await end({ lease, result: storedJson(result) }));
}

/** `work` in a transaction that commits only while the lease stands. Throws LeaseLost. */
export async function transaction<Value>(
  pool: Pool,
  lease: Lease,
  work: (transaction: Transaction) => Promise<Value>,
): Promise<Value> {
  return inTransaction(pool, async (client) => {
    const value = await work(client);
    // Last of all: a lock held while the work goes on would keep the lease from being renewed.
    await holdLease(client, lease);
    return value;
  });
}

/** `work` and the run's completion with what it returns, in one commit. Throws LeaseLost. */
export async function completeWith<Result>(
  pool: Pool,
  lease: Lease,
  work: (transaction: Transaction) => Promise<Result>,
): Promise<{ result: Result; settled: Settled }> {
  const { result, ended } = await inTransaction(pool, async (client) => {
    const result = await work(client);
    const ended = await endAttempt(client, lease, done(storedJson(result)));
    if (!ended)
      throw new LeaseLost(`Run ${lease.runId} has been taken over or cancelled: nothing was committed`);
    return { result, ended };
  });
  return { result, settled: await settledFrom(pool, lease.runId, ended) };
}

function done(result: string): Ending {
  return {
    set: `state = 'done', result = $5, ended_at = clock_timestamp(), reason = NULL, error = NULL`,
    values: [result],
    outcome: 'done',
  };
}
