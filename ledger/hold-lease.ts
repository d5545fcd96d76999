import type { ClientBase } from 'pg';
import { type Lease, LeaseLost } from './ledger.ts';

/**
 * Locks the run's row to the transaction's end if the lease stands. Throws LeaseLost. Keep what follows short: nobody
 * can renew the lease meanwhile.
 */
export async function holdLease(client: ClientBase, { runId, token }: Lease): Promise<void> {
  const { rowCount } = await client.query(
    `SELECT FROM run WHERE run_id = $1 AND token = $2 AND state = 'running' FOR NO KEY UPDATE`,
    [runId, token],
  );
  if (rowCount === 0) {
    throw new LeaseLost(`Run ${runId} has been taken over or cancelled: nothing was committed`);
  }
}
