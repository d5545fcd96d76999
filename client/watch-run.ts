import { setTimeout as pause } from 'node:timers/promises';
import { LedgerUnreachable, type RunStatus } from '../ledger/ledger.ts';
import type { RunListener, Watcher } from './run-listener.ts';

/** A run that no worker has seen yet has nothing that could tell of it. */
const unknownMs = 1_000;
/** Of children that end nobody is told: their parent's row does not change. */
const childrenMs = 2_000;
/** Of changes within a second of one that was told nobody hears. */
const settlingMs = 1_100;
/** How often a run is looked at though nobody heard of it; it also keeps the run watched. */
const quietMs = 15_000;
const longestBackoffMs = 10_000;
/** A loss of the connection that lasts longer is thrown. */
const longestLossMs = 300_000;

/**
 * Answers how the run goes: now, and whenever that has changed, at most about once a second, until it has ended or the
 * signal is aborted. A connection that is lost is opened again. Throws LedgerUnreachable if the database cannot be
 * reached at first, or later for five minutes.
 */
export async function* watchRun(
  listener: RunListener,
  { runId, signal }: { runId: string; signal: AbortSignal },
): AsyncGenerator<RunStatus, void> {
  const watcher = listener.join(runId);
  try {
    let told = '';
    let mayHaveMissed = true;
    let look = () => watcher.look();
    while (!signal.aborted) {
      const status = await look();
      look = () => insistOnLooking(watcher, signal);
      const json = JSON.stringify(status);
      if (json !== told) {
        told = json;
        yield status;
      }
      if (hasEnded(status)) return;
      mayHaveMissed = await changes(watcher, mayHaveMissed ? settlingMs : restMs(status), signal);
    }
  } catch (error) {
    if (!signal.aborted) throw error;
  } finally {
    await watcher.leave();
  }
}

async function insistOnLooking(watcher: Watcher, signal: AbortSignal): Promise<RunStatus> {
  const lostAt = Date.now();
  for (let backoffMs = 250; ; backoffMs = Math.min(2 * backoffMs, longestBackoffMs)) {
    try {
      return await watcher.look();
    } catch (error) {
      if (!(error instanceof LedgerUnreachable) || Date.now() - lostAt > longestLossMs) throw error;
      await pause(backoffMs, undefined, { signal });
    }
  }
}

/** Waits until the run changes; false if it did not within so long. */
function changes(watcher: Watcher, withinMs: number, signal: AbortSignal): Promise<boolean> {
  return new Promise((resolve) => {
    if (signal.aborted) return resolve(false);
    const end = (changed: boolean) => () => {
      clearTimeout(timer);
      signal.removeEventListener('abort', giveUp);
      resolve(changed);
    };
    const giveUp = end(false);
    const timer = setTimeout(giveUp, withinMs);
    signal.addEventListener('abort', giveUp);
    watcher.onChange(end(true));
  });
}

/** How long to wait for a change that is told before looking anyhow. */
function restMs({ state, children }: RunStatus): number {
  if (state === 'unknown') return unknownMs;
  return children && children.waiting > 0 ? childrenMs : quietMs;
}

function hasEnded({ state }: RunStatus): boolean {
  return state === 'done' || state === 'dead' || state === 'cancelled';
}
