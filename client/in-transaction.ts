import type { ClientBase, Pool } from 'pg';

/** A pool of `pg`, or a connection of it on which no transaction is open. */
export type TransactionSource = Pool | ClientBase;

/** The transaction's messages were not sent, because it was rolled back without anybody having thrown. */
export class RolledBack extends Error {
  override readonly name = 'RolledBack';
}

/**
 * Runs `work` in a transaction that is rolled back if it throws, and `committed` on the same connection once it is
 * committed. Throws RolledBack if a statement in it failed and the failure was swallowed: Postgres then rolls back at
 * COMMIT and calls it no error.
 */
export async function inTransaction<Value>(
  source: TransactionSource,
  work: (transaction: ClientBase) => Promise<Value>,
  committed: (connection: ClientBase) => Promise<void>,
): Promise<Value> {
  if (!isPool(source)) return onConnection(source, work, committed);
  const connection = await source.connect();
  // While it is lent the pool does not listen: without this a lost connection would end the process.
  const ignore = () => undefined;
  connection.on('error', ignore);
  let broken = true;
  try {
    const value = await onConnection(connection, work, committed);
    broken = false;
    return value;
  } finally {
    connection.off('error', ignore);
    // One whose transaction failed is closed, which rolls it back whatever state it is in.
    connection.release(broken);
  }
}

async function onConnection<Value>(
  connection: ClientBase,
  work: (transaction: ClientBase) => Promise<Value>,
  committed: (connection: ClientBase) => Promise<void>,
): Promise<Value> {
  if ((connection.getTransactionStatus?.() ?? 'I') !== 'I') {
    throw new Error(
      'A transaction is open on this connection already: pass the connection to send as its transaction, or pass a pool here',
    );
  }
  await connection.query('BEGIN');
  let value: Value;
  try {
    value = await work(connection);
    const { command } = await connection.query('COMMIT');
    if (command === 'ROLLBACK') {
      throw new RolledBack('A statement in the transaction failed, so that Postgres rolled all of it back');
    }
  } catch (error) {
    await connection.query('ROLLBACK').catch(() => undefined);
    throw error;
  }
  await committed(connection);
  return value;
}

/** By its shape: the web application may have another version of `pg` than this package. */
function isPool(source: TransactionSource): source is Pool {
  return 'totalCount' in source;
}
