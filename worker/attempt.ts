import { AsyncLocalStorage } from 'node:async_hooks';
import {
  type Claim,
  type DueFollowUp,
  type Lease,
  LeaseLost,
  type Ledger,
  type Settled,
} from '../ledger/ledger.ts';
import type { ClaimCheckStore } from '../messages/claim-check.ts';
import type { Services } from '../services/services.ts';
import { PermanentError, RetryAfter } from '../tasks/handle.ts';
import type { Delivery } from './delivery.ts';
import { checkedResult, createHandlerContext, InvalidResult } from './handler-context.ts';
import type { Handlers } from './handlers.ts';
import { RunCancelled } from './keep-alive.ts';
import { isRefusedData } from './ledger-watch.ts';
import type { AttemptMetrics } from './metrics.ts';
import { type Request, readRequest, unreadable } from './read-request.ts';
import type { Sender } from './send-message.ts';
import type { Timings } from './timings.ts';
import type { WatchedLoop } from './watch-loops.ts';
import { withinDeadline } from './within-deadline.ts';

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

/** What an attempt needs. */
export interface AttemptParts {
  /** The worker's name. */
  worker: string;
  handlers: Handlers;
  ledger: Ledger;
  services: Services;
  sender: Sender;
  claimChecks: ClaimCheckStore;
  replyDestinations: readonly string[];
  metrics: AttemptMetrics;
  timings: Pick<Timings, 'leaseSeconds' | 'tidyUpSeconds'>;
  claiming: WatchedLoop;
}

/** The worker has to go; another one takes over. */
export class WorkerStopping extends Error {
  override readonly name = 'WorkerStopping';
}

/** Which delivery the running code works for: an error outside every promise is laid at its door. */
export const currentDelivery = new AsyncLocalStorage<Delivery>();

/**
 * One try at a message: understands it, claims its run, does the work under a deadline, and says what became of it.
 * Throws only before the work began, if the ledger or a claim check is out of reach.
 */
export async function attempt(delivery: Delivery, parts: AttemptParts): Promise<Outcome> {
  const { request, claim } = await parts.claiming.step(() => claimRun(delivery, parts));
  const run = { ...request.run, runId: claim.runId };
  const { dueFollowUps } = claim;
  delivery.log = delivery.log.child({ run: run.runId, trace: traceOf(run.traceparent) });
  switch (claim.outcome) {
    case 'claimed':
      delivery.log = delivery.log.child({ attempt: claim.attempt });
      delivery.lease = claim.lease;
      return { run, ...(await work(delivery, { ...request, run, ...claim }, parts)) };
    case 'held':
    case 'waiting':
      return { run, is: 'early', forSeconds: claim.forSeconds };
    case 'done':
    case 'cancelled':
      return { run, is: 'ended', dueFollowUps };
    case 'dead':
      return { run, is: 'given-up', claim };
    case 'conflict':
      return { run, is: 'conflict', reason: claim.reason, dueFollowUps };
  }
}

async function claimRun(delivery: Delivery, parts: AttemptParts) {
  const { ledger, worker, timings } = parts;
  const claim = ({ run }: Request) => ledger.claim({ ...run, worker, leaseSeconds: timings.leaseSeconds });
  const request = await readRequest(delivery, parts);
  try {
    return { request, claim: await claim(request) };
  } catch (error) {
    if (!isRefusedData(error)) throw error;
    const problem = new Error(`the ledger cannot store the message: ${(error as Error).message}`);
    const nameless = unreadable(delivery, request.problem ?? problem);
    return { request: nameless, claim: await claim(nameless) };
  }
}

/** Runs the handler until it ends or is aborted. Once aborted, only what it has completed itself still counts. */
async function work(delivery: Delivery, claimed: Claimed, parts: AttemptParts) {
  const { run, input, problem, lease, attempt } = claimed;
  const { task } = delivery.queue;
  const { signal } = delivery.abort;
  if (problem) return { is: 'hopeless', lease, attempt, error: problem } as const;
  if (attempt > task.retry.attempts) {
    const error = new Error(`all ${task.retry.attempts} attempts are used up: the last ended without a word`);
    return { is: 'hopeless', lease, attempt: attempt - 1, error } as const;
  }
  const { context, completed, close } = createHandlerContext({
    ...parts,
    task,
    run: {
      id: run.runId,
      attempt,
      isLastAttempt: attempt === task.retry.attempts,
      sentAt: run.sentAt,
      source: run.source,
    },
    lease,
    traceparent: run.traceparent,
    signal,
    log: delivery.log,
  });
  delivery.workingSince = Date.now();
  if (attempt === 1) {
    parts.metrics.firstAttemptStarted(task.name, (delivery.workingSince - delivery.sentAt.getTime()) / 1000);
  }
  try {
    const handler = parts.handlers.get(task.name);
    const working = () => currentDelivery.run(delivery, async () => handler?.work(input, context));
    const returned = await withinDeadline(working, { ...task, ...parts.timings, abort: delivery.abort });
    const settled = completed();
    if (settled) return { is: 'completed', settled } as const;
    return { is: 'done', lease, result: checkedResult(task, returned) } as const;
  } catch (error) {
    const settled = completed();
    return settled ? ({ is: 'completed', settled } as const) : classify(error, { lease, attempt });
  } finally {
    parts.metrics.attemptEnded(task.name, (Date.now() - delivery.workingSince) / 1000);
    delete delivery.workingSince;
    await close();
  }
}

type Claimed = Request & { lease: Lease; attempt: number };

/** What a throw means: by itself, a retry. */
function classify(error: unknown, { lease, attempt }: { lease: Lease; attempt: number }) {
  if (error instanceof LeaseLost) return { is: 'overtaken' } as const;
  if (error instanceof RunCancelled) return { is: 'cancelled' } as const;
  if (error instanceof WorkerStopping || error instanceof RetryAfter) {
    const delaySeconds = error instanceof RetryAfter ? error.seconds : 0;
    return { is: 'handed-back', lease, attempt, reason: error.message, delaySeconds } as const;
  }
  if (error instanceof PermanentError || error instanceof InvalidResult) {
    return { is: 'hopeless', lease, attempt, error } as const;
  }
  return { is: 'failed', lease, attempt, error } as const;
}

/** The trace id of a W3C trace context. */
function traceOf(traceparent: string | undefined): string | undefined {
  return traceparent?.split('-')[1];
}
