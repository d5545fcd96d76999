import type { Pool } from 'pg';
import type { Lease, RunError, Settled } from './ledger.ts';
import { settle } from './settle.ts';
import { storedJson, storedText } from './stored-text.ts';

/** The attempt failed and counts; the run waits until the delay is over. */
export async function retry(
  pool: Pool,
  lease: Lease,
  { error, delaySeconds }: { error: RunError; delaySeconds: number },
): Promise<Settled> {
  return settle(pool, lease, {
    set: `state = 'open', reason = $5, error = $4, not_before = clock_timestamp() + make_interval(secs => $6)`,
    values: [storedText(error.message), delaySeconds],
    outcome: 'failed',
    error: storedJson(error),
  });
}
