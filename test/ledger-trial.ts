import { createLedger } from '../ledger/create-ledger.ts';
import type { Claim, ClaimRequest, Lease, Ledger } from '../ledger/ledger.ts';
import { runIdOf } from '../messages/run-id.ts';
import { createTestDatabase, type TestDatabase } from './test-database.ts';

/** A ledger in a database of its own, with what tests do to it. */
export interface LedgerTrial extends TestDatabase {
  ledger: Ledger;
  /** Claims and insists on getting the lease. */
  lease(request: ClaimRequest): Promise<Lease>;
  /** Makes a run's lease run out now, as if its worker had died a while ago. */
  loseWorker(runId: string): Promise<void>;
  /** Makes a run's next attempt due now. */
  makeDue(runId: string): Promise<void>;
  attempts(
    runId: string,
  ): Promise<{ number: number; worker: string; outcome: string | null; ended: boolean }[]>;
}

export async function tryLedger(): Promise<LedgerTrial> {
  const database = await createTestDatabase();
  const ledger = createLedger(database.pool);
  return {
    ...database,
    ledger,
    lease: async (request) => leaseOf(await ledger.claim(request)),
    loseWorker: async (runId) => {
      await database.pool.query(
        `UPDATE run SET lease_until = clock_timestamp() - interval '1 second' WHERE run_id = $1`,
        [runId],
      );
    },
    makeDue: async (runId) => {
      await database.pool.query('UPDATE run SET not_before = clock_timestamp() WHERE run_id = $1', [runId]);
    },
    attempts: async (runId) =>
      (
        await database.pool.query(
          `SELECT number, worker, outcome, ended_at >= started_at AS ended
           FROM run_attempt WHERE run_id = $1 ORDER BY number`,
          [runId],
        )
      ).rows,
  };
}

let made = 0;

/** A delivery of a message; its run follows from its task, source and id. */
export function delivery(given: Partial<ClaimRequest> = {}): ClaimRequest {
  made += 1;
  const { task = 'property-upload', source = '/webapp', id = `message-${made}` } = given;
  return {
    runId: runIdOf({ type: task, source, id }),
    task,
    source,
    id,
    sqsMessageId: `sqs-${made}`,
    worker: 'worker-a',
    leaseSeconds: 60,
    sentAt: new Date('2026-11-22T10:00:00Z'),
    input: { landlordId: 'L-1' },
    dataDigest: 'digest-1',
    ...given,
  };
}

export function leaseOf(claim: Claim): Lease {
  if (claim.outcome !== 'claimed') throw new Error(`Expected a lease, got ${JSON.stringify(claim)}`);
  return claim.lease;
}
