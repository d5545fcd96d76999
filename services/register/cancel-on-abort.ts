import type { ClientBase, Pool } from 'pg';

/**
 * Runs `work`; when the signal is aborted meanwhile, the statement that the transaction is in is cancelled, so that
 * `work` fails at once and not only when a long statement has ended.
 */
export async function cancelOnAbort<Value>(
  { transaction, database, signal }: { transaction: ClientBase; database: Pool; signal: AbortSignal },
  work: () => Promise<Value>,
): Promise<Value> {
  signal.throwIfAborted();
  const { rows } = await transaction.query<{ pid: number }>('SELECT pg_backend_pid() AS pid');
  let cancelling: Promise<unknown> = Promise.resolve();
  const cancel = () => {
    // A cancel that fails leaves the statement to end by itself: the worker's own grace then decides.
    cancelling = database.query('SELECT pg_cancel_backend($1)', [rows[0]?.pid]).catch(() => undefined);
  };
  signal.addEventListener('abort', cancel, { once: true });
  try {
    const value = await work();
    signal.throwIfAborted();
    return value;
  } catch (error) {
    signal.throwIfAborted();
    throw error;
  } finally {
    signal.removeEventListener('abort', cancel);
    await cancelling;
  }
}
