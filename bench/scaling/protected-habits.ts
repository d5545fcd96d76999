import { rotationChance } from '../../worker/rotation.ts';
import { standardTimings } from '../../worker/timings.ts';
import type { Habits } from './fleet.ts';
import type { World } from './simulate.ts';
import type { Worker } from './worker.ts';

/** When a worker with work makes way, so that scaling in and deployments can stop it. */
export interface Rotation {
  /** Chance, at each renewal of its protection, for one that was less than half full for a minute; 0: never. */
  chance: number;
  /** Who may go: all but the first of the workers, one at a time while there are others, or one even if it is alone. */
  turn: 'all-but-first' | 'one-at-a-time' | 'even-alone';
  /** Whether it goes as soon as enough workers of a newer version run. */
  leavesForNewVersion: boolean;
}

/** What the deployed workers do. */
export const deployedRotation: Rotation = {
  chance: rotationChance,
  turn: 'all-but-first',
  leavesForNewVersion: true,
};

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
  rotation: Rotation = deployedRotation,
): Habits {
  const timings = standardTimings;
  const aside = new Set<Worker>();
  const begun = new Map<Worker, number>();
  const quietMinutes = new Map<Worker, number>();
  const whenEmpty = new Map<Worker, () => void>();
  const ranks = new WeakMap<Worker, number>();
  let rotating: Worker | undefined;

  const isProtected = (worker: Worker) => worker.protectedUntilMs > clock.now();
  const isLive = (worker: Worker) => fleet.workers.has(worker);
  const isHalfFull = (worker: Worker) => 2 * worker.attempts.size >= trace.task.concurrency;

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
      quietMinutes.delete(worker);
      begun.delete(worker);
      return;
    }
    clock.schedule(timings.protectionRenewSeconds * 1000, () => renew(worker));
    if (worker.attempts.size === 0 && !isProtected(worker)) return;
    if (!protect(worker)) {
      // What is held lasts until it expires; then ECS may stop the worker in the midst of its work.
      clock.schedule(worker.protectedUntilMs - clock.now(), fleet.reconcile);
      stepAside(worker, timings.stepAsideSeconds);
      return;
    }
    quietMinutes.set(worker, isHalfFull(worker) ? -1 : (quietMinutes.get(worker) ?? -1) + 1);
    if (isReplaced(worker)) stepAside(worker, timings.makeWaySeconds);
    else if (mayRotate(worker)) {
      rotating = worker;
      stepAside(worker, timings.makeWaySeconds);
    }
  };
  const isReplaced = (worker: Worker) => {
    if (!rotation.leavesForNewVersion) return false;
    const newer = [...fleet.workers].filter(
      (other) => other.version > worker.version && other.state === 'running',
    );
    return newer.length >= Math.max(1, fleet.desired);
  };
  const mayRotate = (worker: Worker) =>
    !aside.has(worker) &&
    (quietMinutes.get(worker) ?? -1) >= 1 &&
    random.between(0, 1) < rotation.chance &&
    isItsTurn(worker);
  const isItsTurn = (worker: Worker) => {
    if (rotation.turn === 'all-but-first') return !isFirst(worker);
    const isFree = rotating === undefined || !isLive(rotating);
    const others = [...fleet.workers].filter(
      (other) => other !== worker && other.state === 'running' && !aside.has(other),
    );
    return isFree && (rotation.turn === 'even-alone' || others.length > 0);
  };
  /** By their names in ECS, which come as they like. */
  const isFirst = (worker: Worker) => {
    const own = rankOf(worker);
    return [...fleet.workers].every((other) => rankOf(other) >= own);
  };
  const rankOf = (worker: Worker) => {
    const rank = ranks.get(worker) ?? random.between(0, 1);
    ranks.set(worker, rank);
    return rank;
  };

  return {
    stopGraceSeconds: stopTimeoutSeconds - timings.stopMarginSeconds,
    started: (worker) => {
      protect(worker);
      clock.schedule(timings.protectionRenewSeconds * 1000, () => renew(worker));
      begun.set(worker, 0);
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
      if (isHalfFull(worker)) quietMinutes.set(worker, -1);
    },
    emptied: (worker) => {
      const then = whenEmpty.get(worker);
      whenEmpty.delete(worker);
      if (then) then();
      else linger(worker, timings.protectionLingerSeconds);
    },
  };
}
