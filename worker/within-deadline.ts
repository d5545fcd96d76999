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
  // By hand: a second signal that ends the wait makes errors that nobody sees, a tenth of a short attempt's cost.
  let tidyingUp: NodeJS.Timeout | undefined;
  let giveUp = () => {};
  const aborted = new Promise<undefined>((resolve) => {
    giveUp = () => {
      tidyingUp = setTimeout(() => resolve(undefined), tidyUpSeconds * 1000);
    };
  });
  signal.addEventListener('abort', giveUp);
  try {
    const value = await Promise.race([work(), aborted]);
    signal.throwIfAborted();
    return value as Value;
  } catch (error) {
    signal.throwIfAborted();
    throw error;
  } finally {
    clearTimeout(deadline);
    clearTimeout(tidyingUp);
    signal.removeEventListener('abort', giveUp);
  }
}
