import { Client, type ClientBase, type Pool } from 'pg';

/**
 * Runs `work`; when the signal is aborted meanwhile, the statement that the transaction is in is cancelled, so that
 * `work` fails at once and not only when a long statement has ended.
 */
export async function cancelOnAbort<Value>(
  { transaction, database, signal }: { transaction: ClientBase; database: Pool; signal: AbortSignal },
  work: () => Promise<Value>,
): Promise<Value> {
  const { rows } = await transaction.query<{ pid: number }>('SELECT pg_backend_pid() AS pid');
  signal.throwIfAborted();
  let cancelling: Promise<void> = Promise.resolve();
  const cancel = () => {
    // A cancel that fails leaves the statement to end by itself: the worker's own grace then decides.
    cancelling = cancelStatement(database, rows[0]?.pid).catch(() => undefined);
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

/** Over a connection of its own: the pool's may all be held by those who wait for just this. */
async function cancelStatement(database: Pool, pid: number | undefined): Promise<void> {
  const client = new Client(database.options);
  await client.connect();
  try {
    await client.query('SELECT pg_cancel_backend($1)', [pid]);
  } finally {
    await client.end();
  }
}
