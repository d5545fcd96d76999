/** What one task contributes. */
export interface TaskLoad {
  name: string;
  /** Visible messages on the task's queue. */
  waiting: number;
  /** How long an attempt takes: measured, else the definition's guess. */
  seconds: number;
  /** Attempts at once in one worker. */
  concurrency: number;
  /** How long a message may wait before its attempt starts. */
  startWithinSeconds: number;
  /** Attempts that may begin in a second, over all workers; undefined without a limit. */
  perSecond?: number | undefined;
  /** An operator wants none of it started. */
  paused: boolean;
}

/** Everything that decides how many workers there should be. */
export interface DemandInput {
  tasks: readonly TaskLoad[];
  /** Workers' worth of attempts in progress, as the workers tell it. */
  held: number;
  /** Workers that hold scale-in protection. */
  busy: number;
  /** What `needed` was in the last minutes: noise in the counts must not stop workers. */
  recentNeeded: readonly number[];
  maximum: number;
  /** A message is known to be on its way, whatever the counts still say. */
  wake: boolean;
}

/** How many workers there should be. */
export interface Demand {
  /** By whole objectives, before smoothing, busy workers and the maximum. */
  needed: number;
  /** What the scaling policy follows, 0 to `maximum`. */
  demand: number;
}

/** The demand works for this part of every objective: counting, telling and starting a worker take the rest. */
export const objectiveShare = 0.5;

/**
 * How many workers let everything that waits start within its task's objective:
 *
 *     slots of a task = waiting × min(1, seconds / startWithinSeconds), 0 while the task is paused,
 *                       at most perSecond × seconds for a rate-limited one
 *     needed          = ⌈held + Σ slots / concurrency⌉, at least 1 if a task that is not paused has waiting messages
 *     demand          = min(maximum, max(needed for half of every objective, needed in the last minutes, busy))
 *
 * A slot that is free after `seconds` serves startWithinSeconds / seconds messages within the objective; attempts
 * longer than the objective need a slot each. `held` stands for slots that are taken, so that workers full of long
 * attempts do not hide that the next message needs another worker. Busy workers are never asked to go.
 */
export function computeDemand(input: DemandInput, share = objectiveShare): Demand {
  const { maximum, busy, recentNeeded } = input;
  const aim = neededWithin(input, share);
  return {
    needed: neededWithin(input, 1),
    demand: Math.min(maximum, Math.max(aim, busy, ...recentNeeded)),
  };
}

/** Workers that let everything start within this part of its objective. */
function neededWithin({ tasks, held, wake }: DemandInput, share: number): number {
  const waking = tasks.filter((task) => !task.paused && task.waiting > 0);
  const workers = waking.reduce((sum, task) => sum + slotsFor(task, share) / task.concurrency, held);
  return Math.max(ceil(workers), waking.length > 0 || wake ? 1 : 0);
}

function slotsFor({ waiting, seconds, startWithinSeconds, perSecond }: TaskLoad, share: number): number {
  const slots = waiting * Math.min(1, seconds / (startWithinSeconds * share));
  return perSecond === undefined ? slots : Math.min(slots, perSecond * seconds);
}

/** Rounds up, but not for the last bits of a sum of fractions: three thirds are one worker, not two. */
function ceil(workers: number): number {
  return Math.ceil(workers - 1e-9);
}
