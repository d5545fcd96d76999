import type { Pool } from 'pg';
import type { Lease, Settled } from './ledger.ts';
import { settle } from './settle.ts';
import { storedJson } from './stored-text.ts';

/** The attempt was handed back and does not count; the run waits until the delay is over. */
export async function giveBack(
  pool: Pool,
  lease: Lease,
  { reason, delaySeconds }: { reason: string; delaySeconds: number },
): Promise<Settled> {
  return settle(pool, lease, {
    set: `state = 'open', attempts = attempts - 1, not_before = clock_timestamp() + make_interval(secs => $5)`,
    values: [delaySeconds],
    outcome: 'handed-back',
    error: storedJson({ name: 'HandedBack', message: reason }),
  });
}
