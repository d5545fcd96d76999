import { setTimeout as sleep } from 'node:timers/promises';

/** How the pauses between tries grow. */
export interface Backoff {
  firstDelaySeconds: number;
  factor: number;
  maxDelaySeconds: number;
}

/**
 * How long to wait after the so-manieth failure (from 1): exponential, with full jitter, so that many that failed
 * together do not come back together.
 */
export function backoffSeconds(backoff: Backoff, failures: number, random = Math.random): number {
  const grown = backoff.firstDelaySeconds * backoff.factor ** (failures - 1);
  return random() * Math.min(backoff.maxDelaySeconds, grown);
}

/** Waits for so long, or until the signal is aborted. */
export async function pause(seconds: number, signal?: AbortSignal): Promise<void> {
  try {
    await sleep(seconds * 1000, undefined, signal ? { signal } : {});
  } catch (error) {
    if (!signal?.aborted) throw error;
  }
}
