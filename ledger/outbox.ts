import type { PreparedMessage } from './ledger.ts';

/**
 * A connection inside an open transaction on the ledger's database: a client of `pg`, or anything that runs SQL with
 * numbered parameters on the transaction of a framework.
 */
export interface OpenTransaction {
  query(sql: string, values: unknown[]): Promise<{ rows: unknown[] }>;
}

/** The connection cannot carry messages: it is on another database, may not, or has no transaction open. */
export class NoOutbox extends Error {
  override readonly name = 'NoOutbox';
}

/** The id of the connection's transaction. Throws NoOutbox before anything else is done in it. */
export async function transactionId(connection: OpenTransaction): Promise<string> {
  const [row] = await rowsOf<{ id: string; function: string | null }>(
    connection,
    `SELECT pg_current_xact_id()::text AS id,
       to_regprocedure('public.add_to_outbox(xid8,text[],text[],text[],integer[])')::text AS function`,
    [],
  );
  if (row?.function) return row.id;
  throw new NoOutbox(
    "This transaction is not on the ledger's database, or that is older than the outbox: connect to it, and let a worker start once",
  );
}

/** Writes messages into the transaction and answers their ids. Throws NoOutbox if it is not the one that is open. */
export async function addToOutbox(
  connection: OpenTransaction,
  { transactionId, messages }: { transactionId: string; messages: readonly PreparedMessage[] },
): Promise<string[]> {
  try {
    const [row] = await rowsOf<{ ids: string[] }>(
      connection,
      'SELECT public.add_to_outbox($1::xid8, $2, $3, $4, $5) AS ids',
      [
        transactionId,
        messages.map(({ task }) => task),
        messages.map(({ body }) => body),
        messages.map(({ group }) => group ?? null),
        messages.map(({ delaySeconds }) => delaySeconds ?? null),
      ],
    );
    return row?.ids ?? [];
  } catch (error) {
    if ((error as { code?: unknown }).code !== '25P01') throw error;
    throw new NoOutbox('No transaction is open on this connection: begin one, and send inside it', {
      cause: error,
    });
  }
}

/** Of these messages those that are committed and not sent. */
export async function leftInOutbox(
  connection: OpenTransaction,
  ids: readonly string[],
): Promise<Set<string>> {
  const sql = 'SELECT public.left_in_outbox($1::uuid[]) AS id';
  return new Set((await rowsOf<{ id: string }>(connection, sql, [ids])).map(({ id }) => id));
}

/** Forgets messages that are on their queues. */
export async function removeFromOutbox(connection: OpenTransaction, ids: readonly string[]): Promise<void> {
  await connection.query('SELECT public.remove_from_outbox($1::uuid[])', [ids]);
}

async function rowsOf<Row>(connection: OpenTransaction, sql: string, values: unknown[]): Promise<Row[]> {
  return (await connection.query(sql, values)).rows as Row[];
}
