import { standardTimings } from '../../worker/timings.ts';
import type { Habits } from './fleet.ts';
import type { World } from './simulate.ts';
import type { Worker } from './worker.ts';

/** When a worker with little to do steps aside, so that scaling in and deployments can stop it. */
export interface Rotation {
  /** Off, whatever the others do, or only while other workers run that can take its part. */
  when: 'never' | 'always' | 'beside-others';
  /** Less than half full for so long. */
  afterSeconds: number;
  /** Unprotected and not receiving for so long. */
  asideSeconds: number;
  /** Left out: one worker at a time. Else any number at once, each with this chance a minute. */
  chance?: number;
  /** A worker of an old version steps aside as soon as enough workers of the new one run. */
  leavesForNewVersion?: boolean;
}

const protectionMs = 5 * 60_000;
/** Fargate's longest stop timeout, less what the worker keeps for handing back. */
const stopTimeoutSeconds = 120;

/**
 * What our workers do, by the timings they are deployed with: protected from the start to the first empty poll, then
 * from the first message until they are empty. ECS refuses protection (DEPLOYMENT_BLOCKED) when more workers would
 * hold it than are desired; a refused worker empties, stays unprotected for a while, and goes on if it still lives.
 */
export function protectedHabits(
  { clock, fleet, trace, random }: Pick<World, 'clock' | 'fleet' | 'trace' | 'random'>,
  rotation: Rotation,
): Habits {
  const timings = standardTimings;
  const aside = new Set<Worker>();
  const begun = new Map<Worker, number>();
  const halfFullMs = new Map<Worker, number>();
  let rotating: Worker | undefined;

  const isProtected = (worker: Worker) => worker.protectedUntilMs > clock.now();
  const isLive = (worker: Worker) => fleet.workers.has(worker);

  const protect = (worker: Worker): boolean => {
    const others = [...fleet.workers].filter((other) => other !== worker && isProtected(other)).length;
    if (others >= fleet.desired) return false;
    worker.protectedUntilMs = clock.now() + protectionMs;
    return true;
  };
  const drop = (worker: Worker) => {
    worker.protectedUntilMs = 0;
    fleet.reconcile();
  };

  const stepAside = (worker: Worker, seconds: number) => {
    if (aside.has(worker)) return;
    aside.add(worker);
    worker.stopReceiving();
    if (worker.attempts.size === 0) stayAside(worker, seconds);
    else whenEmpty.set(worker, () => stayAside(worker, seconds));
  };
  const whenEmpty = new Map<Worker, () => void>();
  const stayAside = (worker: Worker, seconds: number) => {
    clock.schedule(seconds * 1000, () => {
      aside.delete(worker);
      if (rotating === worker) rotating = undefined;
      if (isLive(worker)) worker.receive();
    });
    drop(worker);
  };

  const linger = (worker: Worker, seconds: number) => {
    const before = begun.get(worker);
    clock.schedule(seconds * 1000, () => {
      if (isLive(worker) && begun.get(worker) === before && worker.attempts.size === 0) drop(worker);
    });
  };

  const renew = (worker: Worker) => {
    if (!isLive(worker)) {
      halfFullMs.delete(worker);
      begun.delete(worker);
      return;
    }
    clock.schedule(timings.protectionRenewSeconds * 1000, () => renew(worker));
    if (worker.attempts.size === 0 && !isProtected(worker)) return;
    if (!protect(worker)) {
      // What is held lasts until it expires; then ECS may stop the worker in the midst of its work.
      clock.schedule(worker.protectedUntilMs - clock.now(), fleet.reconcile);
      stepAside(worker, timings.stepAsideSeconds);
    } else if (isReplaced(worker)) {
      stepAside(worker, rotation.asideSeconds);
    } else if (mayRotate(worker)) {
      rotating = worker;
      stepAside(worker, rotation.asideSeconds);
    }
  };
  const isReplaced = (worker: Worker) => {
    if (!rotation.leavesForNewVersion) return false;
    const newer = [...fleet.workers].filter(
      (other) => other.version > worker.version && other.state === 'running',
    );
    return newer.length >= fleet.desired;
  };
  const mayRotate = (worker: Worker) => {
    const since = halfFullMs.get(worker) ?? clock.now();
    const others = [...fleet.workers].filter(
      (other) => other !== worker && other.state === 'running' && !aside.has(other),
    );
    return (
      rotation.when !== 'never' &&
      !aside.has(worker) &&
      (rotation.when === 'always' || others.length > 0) &&
      (rotation.chance === undefined
        ? rotating === undefined || !isLive(rotating)
        : random.between(0, 1) < rotation.chance) &&
      2 * worker.attempts.size < trace.task.concurrency &&
      clock.now() - since >= rotation.afterSeconds * 1000
    );
  };

  return {
    stopGraceSeconds: stopTimeoutSeconds - timings.stopMarginSeconds,
    started: (worker) => {
      protect(worker);
      clock.schedule(timings.protectionRenewSeconds * 1000, () => renew(worker));
      begun.set(worker, 0);
      halfFullMs.set(worker, clock.now());
      linger(worker, timings.longPollSeconds + timings.protectionLingerSeconds);
      worker.receive();
    },
    mayWork: (worker) => {
      if (isProtected(worker) || protect(worker)) return true;
      stepAside(worker, timings.stepAsideSeconds);
      return false;
    },
    attemptBegan: (worker) => {
      begun.set(worker, (begun.get(worker) ?? 0) + 1);
      if (2 * worker.attempts.size >= trace.task.concurrency) halfFullMs.set(worker, clock.now());
    },
    emptied: (worker) => {
      const then = whenEmpty.get(worker);
      whenEmpty.delete(worker);
      if (then) then();
      else linger(worker, timings.protectionLingerSeconds);
    },
  };
}
