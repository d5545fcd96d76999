import type { DueFollowUp, Lease, Ledger, RunError, Settled } from '../ledger/ledger.ts';
import { backoffSeconds } from './backoff.ts';
import type { DeadLetters, Death } from './dead-letters.ts';
import { type Delivery, grantedVisibility, isForgottenWithin } from './delivery.ts';
import { insist } from './insist.ts';
import type { KeepAlive } from './keep-alive.ts';
import type { OutcomeMetrics, OutcomeName } from './metrics.ts';
import type { Outcome } from './outcome.ts';
import type { Replies } from './replies.ts';
import { runErrorOf } from './run-error.ts';
import { type Sender, SendRefused } from './send-message.ts';
import type { SettlingCalls } from './settling-calls.ts';
import type { Timings } from './timings.ts';
import type { WatchedLoop } from './watch-loops.ts';

/** What settling needs. */
export interface SettleParts {
  ledger: Ledger;
  deadLetters: DeadLetters;
  sender: Sender;
  replies: Replies;
  keepAlive: KeepAlive;
  calls: SettlingCalls;
  metrics: OutcomeMetrics;
  timings: Pick<Timings, 'longestBackoffSeconds'>;
  loop: WatchedLoop;
  /** Aborted when the worker has no more time to insist on anything. */
  leaving: AbortSignal;
}

/** Brings deliveries to their end. */
export interface Settling {
  /**
   * Acknowledges, retries later, or makes a dead letter. The ledger comes first and the message last, so that
   * whatever dies in between, the next delivery goes on from there. Throws if the worker had to leave before.
   */
  settle(delivery: Delivery, outcome: Outcome): Promise<void>;
  /** Hides a message that nothing became of for so long; 0 gives it to another worker. */
  hide(delivery: Delivery, seconds: number): Promise<void>;
}

/** Makes what settles a worker's deliveries. */
export function createSettling(parts: SettleParts): Settling {
  const { ledger, deadLetters, sender, replies, keepAlive, calls, metrics, leaving, timings, loop } = parts;

  const settle = async (delivery: Delivery, outcome: Outcome): Promise<void> => {
    try {
      await bringToItsEnd(delivery, outcome);
    } catch (error) {
      if (!(error instanceof SendRefused)) throw error;
      // It stays due: sent back once the catalogue is mended, the message finds its run ended and the follow-up goes.
      await bury(delivery, { run: outcome.run, reason: error.message, attempts: 0 });
      remove(delivery);
    }
  };

  const bringToItsEnd = async (delivery: Delivery, outcome: Outcome): Promise<void> => {
    const { run } = outcome;
    switch (outcome.is) {
      case 'done':
        return finish(
          delivery,
          run,
          await tell(delivery, () => ledger.complete(outcome.lease, outcome.result)),
        );
      case 'completed':
        return finish(delivery, run, outcome.settled);
      case 'failed':
        return retryLater(delivery, outcome);
      case 'hopeless':
        return giveUp(delivery, { ...outcome, error: runErrorOf(outcome.error) });
      case 'handed-back':
        return handBack(delivery, outcome);
      case 'given-up':
        if (!outcome.claim.deadLetterSent) await bury(delivery, { run, ...outcome.claim });
        return acknowledge(delivery, run, outcome.claim.dueFollowUps);
      case 'conflict':
        await bury(delivery, { run, reason: outcome.reason, attempts: 0 });
        return acknowledge(delivery, run, outcome.dueFollowUps);
      case 'ended':
        return acknowledge(delivery, run, outcome.dueFollowUps);
      case 'cancelled':
        return acknowledge(delivery, run, await tell(delivery, () => ledger.dueFollowUps(run.runId)));
      case 'early':
        return hide(delivery, outcome.forSeconds);
      case 'overtaken':
      case 'abandoned':
        return leave(delivery);
    }
  };

  /** An attempt whose lease no longer stood settles nothing: its message belongs to another one. */
  const conclude = (delivery: Delivery, run: Outcome['run'], settled: Settled) =>
    settled.settled ? acknowledge(delivery, run, settled.dueFollowUps) : leave(delivery);

  const finish = (delivery: Delivery, run: Outcome['run'], settled: Settled) => {
    if (settled.settled) count(delivery, 'done');
    return conclude(delivery, run, settled);
  };

  const retryLater = (delivery: Delivery, outcome: Extract<Outcome, { is: 'failed' }>) => {
    const { lease, attempt } = outcome;
    const error = runErrorOf(outcome.error);
    const policy = delivery.queue.task.retry;
    const delaySeconds = grantedVisibility(delivery, backoffSeconds(policy, attempt));
    if (attempt >= policy.attempts || isForgottenWithin(delivery, delaySeconds))
      return giveUp(delivery, { ...outcome, error });
    const retry = () => ledger.retry(lease, { error, delaySeconds });
    return postpone(delivery, delaySeconds, { settleRun: retry, counted: ['failed', 'retried'] });
  };

  const handBack = (delivery: Delivery, outcome: Extract<Outcome, { is: 'handed-back' }>) => {
    const { lease, reason } = outcome;
    const delaySeconds = grantedVisibility(delivery, outcome.delaySeconds);
    if (isForgottenWithin(delivery, delaySeconds)) {
      const error = new Error(`its queue would forget the message before the next attempt: ${reason}`);
      return giveUp(delivery, { ...outcome, error: runErrorOf(error) });
    }
    const giveBack = () => ledger.giveBack(lease, { reason, delaySeconds });
    return postpone(delivery, delaySeconds, { settleRun: giveBack, counted: [] });
  };

  /** Ends the attempt but not the run: its message comes again after the delay. */
  const postpone = async (
    delivery: Delivery,
    seconds: number,
    { settleRun, counted }: { settleRun: () => Promise<Settled>; counted: OutcomeName[] },
  ) => {
    const { settled } = await tell(delivery, settleRun);
    if (!settled) return leave(delivery);
    count(delivery, ...counted);
    return hide(delivery, seconds);
  };

  const giveUp = async (delivery: Delivery, { run, lease, error, attempt }: Hopeless) => {
    const reason = error.message;
    const settled = await tell(delivery, () => ledger.die(lease, { reason, error }));
    if (settled.settled) {
      count(delivery, 'failed');
      await bury(delivery, { run, reason, error, attempts: attempt });
    }
    return conclude(delivery, run, settled);
  };

  /** Order matters: a dead letter that was sent but not recorded is sent once more, one recorded unsent would be lost. */
  const bury = async (delivery: Delivery, death: Death) => {
    const { runId } = death.run;
    await insistOn(delivery, 'sending to the dead-letter queue', () => deadLetters.send(delivery, death));
    await insistOn(delivery, 'recording the dead letter', () => ledger.recordDeadLetterSent(runId));
    count(delivery, 'dead');
  };

  const count = ({ queue }: Delivery, ...outcomes: OutcomeName[]) =>
    metrics.count(queue.task.name, ...outcomes);

  const acknowledge = async (delivery: Delivery, run: Outcome['run'], due: readonly DueFollowUp[]) => {
    await insistOn(delivery, 'sending follow-ups', () => sender.sendFollowUps(due));
    await replies.answer(delivery, run, (what, action) => insistOn(delivery, what, action));
    remove(delivery);
  };

  /** Not waited for: the work is done, and its slot is free for another. It stays hidden until it is gone. */
  const remove = (delivery: Delivery) => {
    void calls.delete(delivery).then(() => keepAlive.release(delivery));
  };

  const hide = async (delivery: Delivery, seconds: number) => {
    await keepAlive.release(delivery);
    await calls.hide(delivery, seconds);
  };

  const leave = (delivery: Delivery) => keepAlive.release(delivery);

  /** The ledger's answer, however long it takes; after it the run's lease needs no renewal. */
  const tell = async <Value>(delivery: Delivery, action: () => Promise<Value>) => {
    const answer = await insistOn(delivery, 'settling in the ledger', action);
    delete delivery.lease;
    return answer;
  };

  const insistOn = <Value>({ log }: Delivery, what: string, action: () => Promise<Value>) =>
    insist(() => loop.step(action), {
      what,
      log,
      signal: leaving,
      longestBackoffSeconds: timings.longestBackoffSeconds,
    });

  return { settle, hide };
}

interface Hopeless {
  run: Outcome['run'];
  lease: Lease;
  attempt: number;
  error: RunError;
}
