import type { Pool } from 'pg';
import { inTransaction } from './database.ts';
import { holdLease } from './hold-lease.ts';
import { type Lease, LeaseLost, type Settled, type Transaction } from './ledger.ts';
import { type Ending, endAttempt, settle, settledFrom } from './settle.ts';
import { storedJson } from './stored-text.ts';

/** The run is done with this result. */
export async function complete(pool: Pool, lease: Lease, result: unknown): Promise<Settled> {
  return settle(pool, lease, done(result));
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
    const ended = await endAttempt(client, lease, done(result));
    if (!ended)
      throw new LeaseLost(`Run ${lease.runId} has been taken over or cancelled: nothing was committed`);
    return { result, ended };
  });
  return { result, settled: await settledFrom(pool, lease.runId, ended) };
}

function done(result: unknown): Ending {
  return {
    set: `state = 'done', result = $5, ended_at = clock_timestamp(), reason = NULL, error = NULL`,
    values: [storedJson(result)],
    outcome: 'done',
  };
}
