import type { Pool } from 'pg';
import { type ClaimFresh, createClaimFresh } from './claim-fresh.ts';
import { claimKnown } from './claim-known.ts';
import { inTransaction, repeatedly } from './database.ts';
import type { Decision } from './decision.ts';
import { dueFollowUps } from './follow-ups.ts';
import type { Claim, ClaimRequest } from './ledger.ts';

/** Says what is to become of a delivery: of many at once one claims the run and the others wait. */
export function createClaim(pool: Pool): (request: ClaimRequest) => Promise<Claim> {
  const claimFresh = createClaimFresh(pool);
  return async (request) => {
    const decision = await repeatedly(() => decide(request, { pool, claimFresh }));
    const ended = ['done', 'dead', 'cancelled'].includes(decision.outcome);
    return { ...decision, dueFollowUps: ended ? await dueFollowUps(pool, decision.runId) : [] };
  };
}

async function decide(
  request: ClaimRequest,
  { pool, claimFresh }: { pool: Pool; claimFresh: ClaimFresh },
): Promise<Decision> {
  const { runId } = request;
  // A row that one look found and the next does not was removed in between: rare, so a few looks are enough.
  for (let looks = 0; looks < 5; looks += 1) {
    if (await claimFresh(request)) {
      return {
        runId,
        outcome: 'claimed',
        lease: { runId, token: 1 },
        attempt: 1,
        redriven: false,
      };
    }
    const decision = await inTransaction(pool, (client) => claimKnown(client, request));
    if (decision) return decision;
  }
  throw new Error(
    `Run ${runId} comes and goes in the ledger: whatever removes runs must leave this one alone`,
  );
}
