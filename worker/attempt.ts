import { senderSpan } from '../client/trace-context.ts';
import type { Claim, Lease, Ledger } from '../ledger/ledger.ts';
import type { ClaimCheckStore } from '../messages/claim-check.ts';
import type { Services } from '../services/services.ts';
import { RetryAfter } from '../tasks/handle.ts';
import { currentDelivery, type Delivery, nameOnLines } from './delivery.ts';
import { checkedResult, createHandlerContext } from './handler-context.ts';
import type { Handlers } from './handlers.ts';
import { isRefusedData } from './ledger-watch.ts';
import type { AttemptMetrics } from './metrics.ts';
import { type Outcome, outcomeOf } from './outcome.ts';
import { type Request, readRequest, unreadable } from './read-request.ts';
import type { Sender } from './send-message.ts';
import { type Suspects, suspectDelaySeconds } from './suspects.ts';
import type { Timings } from './timings.ts';
import { tracedAttempt } from './traced-attempt.ts';
import type { WatchedLoop } from './watch-loops.ts';
import { withinDeadline } from './within-deadline.ts';

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
  timings: Pick<Timings, 'leaseSeconds' | 'tidyUpSeconds' | 'outageSeconds'>;
  claiming: WatchedLoop;
  suspects: Suspects;
}

/**
 * One try at a message: understands it, claims its run, does the work under a deadline, and says what became of it.
 * Throws only before the work began, if the ledger or a claim check is out of reach.
 */
export async function attempt(delivery: Delivery, parts: AttemptParts): Promise<Outcome> {
  const request = await parts.claiming.step(() => readRequest(delivery, parts));
  for (const data of [request.run.input, request.input])
    delivery.redactor.learn(delivery.queue.task.input, data);
  const claimed = await claimRun(delivery, request, { ...parts, leaveSuspects: true });
  if (claimed.claim.outcome !== 'suspect') return actOn(delivery, claimed, parts);
  const alone = parts.suspects.alone(async () => {
    const taken = await claimRun(delivery, request, { ...parts, leaveSuspects: false });
    return actOn(delivery, taken, parts);
  });
  return (await alone) ?? actOn(delivery, claimed, parts);
}

interface ClaimedRequest {
  request: Request;
  claim: Claim;
}

/** Under the name of its SQS message alone, if the ledger cannot store what it says. */
async function claimRun(
  delivery: Delivery,
  request: Request,
  parts: AttemptParts & { leaveSuspects: boolean },
): Promise<ClaimedRequest> {
  const { ledger, worker, leaveSuspects } = parts;
  const { leaseSeconds } = parts.timings;
  const claim = ({ run }: Request) =>
    parts.claiming.step(() => ledger.claim({ ...run, worker, leaseSeconds, leaveSuspects }));
  try {
    return { request, claim: await claim(request) };
  } catch (error) {
    if (!isRefusedData(error)) throw error;
    const problem = new Error(`the ledger cannot store the message: ${(error as Error).message}`);
    const nameless = unreadable(delivery, request.problem ?? problem);
    return { request: nameless, claim: await claim(nameless) };
  }
}

async function actOn(
  delivery: Delivery,
  { request, claim }: ClaimedRequest,
  parts: AttemptParts,
): Promise<Outcome> {
  const run = { ...request.run, runId: claim.runId };
  const { dueFollowUps } = claim;
  nameOnLines(delivery, { run: run.runId, trace: senderSpan(run.traceparent)?.traceId });
  const unkept = await parts.claiming.step(() => keepReference(run.runId, request, parts));
  if (unkept && claim.outcome !== 'claimed') throw unkept;
  switch (claim.outcome) {
    case 'claimed':
      delivery.lease = claim.lease;
      return tracedAttempt(delivery, { run, attempt: claim.attempt }, async () => {
        if (unkept) {
          return { run, ...outcomeOf(new RetryAfter(parts.timings.outageSeconds, unkept.message), claim) };
        }
        return { run, ...(await work(delivery, { ...request, run, ...claim }, parts)) };
      });
    case 'held':
    case 'waiting':
      return { run, is: 'early', forSeconds: claim.forSeconds };
    case 'suspect':
      return { run, is: 'early', forSeconds: suspectDelaySeconds(delivery.queue.task, parts.timings) };
    case 'done':
    case 'cancelled':
      return { run, is: 'ended', dueFollowUps };
    case 'dead':
      return { run, is: 'given-up', claim };
    case 'conflict':
      return { run, is: 'conflict', reason: claim.reason, dueFollowUps };
  }
}

/** Keeps where the data lies, so that it can be erased with its run. Answers why it cannot. */
async function keepReference(runId: string, { dataRef }: Request, { ledger }: AttemptParts) {
  if (dataRef === undefined) return undefined;
  return ledger.recordClaimCheck(runId, dataRef).then(
    () => undefined,
    (error: Error) => error,
  );
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
    redactor: delivery.redactor,
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
    delivery.redactor.learn(task.result, returned);
    return { is: 'done', lease, result: checkedResult(task, returned) } as const;
  } catch (error) {
    const settled = completed();
    return settled ? ({ is: 'completed', settled } as const) : outcomeOf(error, { lease, attempt });
  } finally {
    parts.metrics.attemptEnded(task.name, (Date.now() - delivery.workingSince) / 1000);
    delete delivery.workingSince;
    await close();
  }
}

type Claimed = Request & { lease: Lease; attempt: number };
