import type { Pool } from 'pg';
import { cancel } from './cancel.ts';
import { addChildren, setFollowUp } from './children.ts';
import { createClaim } from './claim.ts';
import { completeWith, createComplete, transaction } from './complete.ts';
import { die, recordDeadLetterSent } from './die.ts';
import { dueFollowUps, recordFollowUpSent } from './follow-ups.ts';
import { forgetGroups, forgetRun, recordClaimCheck } from './forget.ts';
import { giveBack } from './give-back.ts';
import type { Ledger } from './ledger.ts';
import { writeProgress } from './progress.ts';
import { renew } from './renew.ts';
import { dueReply, recordReplySent } from './replies.ts';
import { retry } from './retry.ts';
import { status } from './status.ts';

/** The ledger in a migrated database. Listen to the pool's `error` event, or a lost idle connection ends the process. */
export function createLedger(pool: Pool): Ledger {
  return {
    claim: createClaim(pool),
    renew: (leases, leaseSeconds) => renew(pool, leases, leaseSeconds),
    progress: (lease, progress) => writeProgress(pool, lease, progress),
    complete: createComplete(pool),
    retry: (lease, failure) => retry(pool, lease, failure),
    giveBack: (lease, handBack) => giveBack(pool, lease, handBack),
    die: (lease, death) => die(pool, lease, death),
    recordDeadLetterSent: (runId) => recordDeadLetterSent(pool, runId),
    transaction: (lease, work) => transaction(pool, lease, work),
    completeWith: (lease, work) => completeWith(pool, lease, work),
    addChildren: (lease, children) => addChildren(pool, lease, children),
    setFollowUp: (lease, followUp) => setFollowUp(pool, lease, followUp),
    recordFollowUpSent: (parentRunId) => recordFollowUpSent(pool, parentRunId),
    dueFollowUps: (runId) => dueFollowUps(pool, runId),
    dueReply: (message) => dueReply(pool, message),
    recordReplySent: (message) => recordReplySent(pool, message),
    status: (runId) => status(pool, runId),
    cancel: (runId) => cancel(pool, runId),
    forgetRun: (runId) => forgetRun(pool, runId),
    forgetGroups: (groups) => forgetGroups(pool, groups),
    recordClaimCheck: (runId, reference) => recordClaimCheck(pool, runId, reference),
  };
}
