import { permitsInWindow, type RateLimit } from '../tasks/rate-limit.ts';
import { pause } from './backoff.ts';
import type { Gate } from './gate.ts';
import type { Granted } from './take-permits.ts';

/** Whether an attempt may begin, or for how long its message is to be handed back. */
export type Turn = { is: 'now' } | { is: 'later'; inSeconds: number };

/** The messages of one task that wait for a permit, first come, first served. */
export interface PermitLine {
  turn(): Promise<Turn>;
  /** Sends all away. */
  stop(): void;
}

/**
 * Longer than this nobody waits in line: a message that does keeps a slot from other tasks, and its worker from being
 * stopped. Shorter, handing back and receiving again would cost more than the slot, and part of the rate.
 */
export const longestInLineSeconds = 1;

/** So many permits may ever come together, and SQS answers no more messages than ten. */
export function mostInLine(limit: RateLimit): number {
  return Math.min(10, permitsInWindow(limit));
}

interface Waiting {
  go(turn: Turn): void;
  fail(error: unknown): void;
}

/** Makes the line of one task; its gate is closed while a message waits, and while there is long no permit. */
export function createPermitLine({
  take,
  mostAtOnce,
  gate,
}: {
  take(count: number): Promise<Granted>;
  mostAtOnce: number;
  gate: Pick<Gate, 'close' | 'open'>;
}): PermitLine {
  const stopping = new AbortController();
  const waiting: Waiting[] = [];
  let isServing = false;
  let nextAtMs = 0;

  const secondsToNext = () => Math.max(0, (nextAtMs - Date.now()) / 1000);
  const sendAway = () => {
    const inSeconds = stopping.signal.aborted ? 0 : secondsToNext();
    for (const one of waiting.splice(0)) one.go({ is: 'later', inSeconds });
  };

  const restUntilNext = async () => {
    gate.close('no permit');
    while (secondsToNext() > 0 && !stopping.signal.aborted) await pause(secondsToNext(), stopping.signal);
    gate.open('no permit');
  };

  /** Also with no permit to wait for it pauses for a moment: what was received together asks together. */
  const serveNext = async () => {
    await pause(secondsToNext(), stopping.signal);
    if (stopping.signal.aborted) return;
    const { granted, left, nextInSeconds } = await take(Math.min(waiting.length, mostAtOnce));
    for (const one of waiting.splice(0, granted)) one.go({ is: 'now' });
    if (waiting.length > 0) gate.close('waiting for a permit');
    if (left > 0) return;
    nextAtMs = Date.now() + nextInSeconds * 1000;
    if (nextInSeconds <= longestInLineSeconds) return;
    sendAway();
    void restUntilNext();
  };

  const serve = async () => {
    isServing = true;
    try {
      while (waiting.length > 0 && !stopping.signal.aborted) await serveNext();
      sendAway();
    } catch (error) {
      for (const one of waiting.splice(0)) one.fail(error);
    } finally {
      isServing = false;
      gate.open('waiting for a permit');
    }
  };

  return {
    turn: () =>
      new Promise<Turn>((go, fail) => {
        waiting.push({ go, fail });
        if (stopping.signal.aborted || secondsToNext() > longestInLineSeconds) sendAway();
        else if (!isServing) void serve();
      }),
    stop: () => stopping.abort(),
  };
}
