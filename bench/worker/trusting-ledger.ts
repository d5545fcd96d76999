import type { Ledger } from '../../ledger/ledger.ts';

/** A ledger that writes nothing and lets every delivery be worked on, as a worker without one does. */
export function createTrustingLedger(): Ledger {
  const settled = { settled: true, dueFollowUps: [] } as const;
  const done = async () => ({ ...settled, dueFollowUps: [] });
  const nothing = async () => undefined;
  const refuse = async () => {
    throw new Error('this ledger keeps nothing: it has no database');
  };
  return {
    claim: async ({ runId }) => ({
      runId,
      outcome: 'claimed',
      lease: { runId, token: 1 },
      attempt: 1,
      vanished: 0,
      redriven: false,
      dueFollowUps: [],
    }),
    renew: async (leases) => new Map(leases.map(({ runId }) => [runId, 'renewed'])),
    progress: nothing,
    complete: done,
    retry: done,
    giveBack: done,
    die: done,
    recordDeadLetterSent: nothing,
    transaction: refuse,
    completeWith: refuse,
    addChildren: nothing,
    setFollowUp: nothing,
    recordFollowUpSent: nothing,
    dueFollowUps: async () => [],
    dueReply: nothing,
    recordReplySent: nothing,
    status: async (runId) => ({ runId, state: 'unknown' }),
    cancel: async () => 'already-ended',
    forgetRun: refuse,
    forgetGroups: refuse,
    recordClaimCheck: nothing,
  };
}
