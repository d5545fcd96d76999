import { type Claim, type DueFollowUp, type Lease, LeaseLost, type Settled } from '../ledger/ledger.ts';
import { PermanentError, RetryAfter } from '../tasks/handle.ts';
import { InvalidResult } from './handler-context.ts';
import { RunCancelled } from './keep-alive.ts';
import type { Request } from './read-request.ts';

/** What became of a delivery, for `settle` to act on. */
export type Outcome = { run: Request['run'] } & (
  | { is: 'done'; lease: Lease; result: unknown }
  /** The handler completed the run in a transaction of its own. */
  | { is: 'completed'; settled: Settled }
  | { is: 'failed'; lease: Lease; attempt: number; error: unknown }
  /** No further attempt can help. */
  | { is: 'hopeless'; lease: Lease; attempt: number; error: unknown }
  /** Not the work's fault: the attempt does not count. */
  | { is: 'handed-back'; lease: Lease; attempt: number; reason: string; delaySeconds: number }
  /** Another claim has the run: whatever this attempt did, it settles nothing. */
  | { is: 'overtaken' }
  /** Its worker is broken, perhaps by it: it says nothing more, so that it counts as vanished. */
  | { is: 'abandoned' }
  /** Cancelled during the attempt. */
  | { is: 'cancelled' }
  /** Nothing to do now: a duplicate of what is being worked on, or a retry that is not due. */
  | { is: 'early'; forSeconds: number }
  /** Nothing to do any more: the run was done or cancelled before. */
  | { is: 'ended'; dueFollowUps: DueFollowUp[] }
  /** Dead before; perhaps its dead letter has yet to be sent. */
  | { is: 'given-up'; claim: Extract<Claim, { outcome: 'dead' }> }
  /** Its idempotency key stands for other data. */
  | { is: 'conflict'; reason: string; dueFollowUps: DueFollowUp[] }
);

/** The worker has to go; another one takes over. */
export class WorkerStopping extends Error {
  override readonly name = 'WorkerStopping';
}

/** Something is wrong with the whole process, and it has to go. */
export class WorkerBroken extends Error {
  override readonly name = 'WorkerBroken';
}

/** What a throw means: by itself, a retry. */
export function outcomeOf(error: unknown, { lease, attempt }: { lease: Lease; attempt: number }) {
  if (error instanceof LeaseLost) return { is: 'overtaken' } as const;
  if (error instanceof RunCancelled) return { is: 'cancelled' } as const;
  if (error instanceof WorkerBroken) return { is: 'abandoned' } as const;
  if (error instanceof WorkerStopping || error instanceof RetryAfter) {
    const delaySeconds = error instanceof RetryAfter ? error.seconds : 0;
    return { is: 'handed-back', lease, attempt, reason: error.message, delaySeconds } as const;
  }
  if (error instanceof PermanentError || error instanceof InvalidResult) {
    return { is: 'hopeless', lease, attempt, error } as const;
  }
  return { is: 'failed', lease, attempt, error } as const;
}
