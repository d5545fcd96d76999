import { once } from 'node:events';
import { pause } from './backoff.ts';

/** The attempt took longer than its task allows. */
export class DeadlineExceeded extends Error {
  override readonly name = 'DeadlineExceeded';
}

/**
 * Does the work, and aborts it at the deadline. Once it is aborted, for whatever reason, the work may tidy up for a
 * while, but what it returns or throws is no longer asked: the reason of the abort is thrown.
 */
export async function withinDeadline<Value>(
  work: () => Promise<Value>,
  options: { timeoutSeconds: number; tidyUpSeconds: number; abort: AbortController },
): Promise<Value> {
  const { timeoutSeconds, tidyUpSeconds, abort } = options;
  const { signal } = abort;
  signal.throwIfAborted();
  const deadline = setTimeout(
    () => abort.abort(new DeadlineExceeded(`not done within ${timeoutSeconds} s`)),
    timeoutSeconds * 1000,
  );
  const over = new AbortController();
  const aborted = once(signal, 'abort', { signal: over.signal }).then(() =>
    pause(tidyUpSeconds, over.signal),
  );
  try {
    const value = await Promise.race([work(), aborted.then(() => undefined as never)]);
    signal.throwIfAborted();
    return value;
  } catch (error) {
    signal.throwIfAborted();
    throw error;
  } finally {
    clearTimeout(deadline);
    over.abort();
  }
}
