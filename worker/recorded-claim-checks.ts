import type { Ledger } from '../ledger/ledger.ts';
import type { ClaimCheckStore } from '../messages/claim-check.ts';

/** The store for what a run puts there itself: the ledger keeps where that is, so that it can be erased with the run. */
export function recordedClaimChecks(
  claimChecks: ClaimCheckStore,
  { ledger, runId }: { ledger: Pick<Ledger, 'recordClaimCheck'>; runId: string },
): ClaimCheckStore {
  return {
    ...claimChecks,
    put: async (content) => {
      const reference = await claimChecks.put(content);
      await ledger.recordClaimCheck(runId, reference);
      return reference;
    },
  };
}
