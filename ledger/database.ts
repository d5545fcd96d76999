import type { ClientBase, Pool, PoolClient, QueryConfig, QueryResult, QueryResultRow } from 'pg';
import { LedgerUnreachable } from './ledger.ts';

/** What takes one statement after the other: a pool or a single connection. */
export interface Connection {
  query<Row extends QueryResultRow>(sql: string, values: unknown[]): Promise<QueryResult<Row>>;
}

/** Runs one statement of its own. Throws LedgerUnreachable if the connection fails. */
export async function query<Row extends QueryResultRow>(
  connection: Connection,
  sql: string,
  values: readonly unknown[],
): Promise<Row[]> {
  try {
    return (await connection.query<Row>(sql, [...values])).rows;
  } catch (error) {
    throw translated(error);
  }
}

/** The same with a statement that most messages need: under its name Postgres plans it once a connection. */
export async function queryPrepared<Row extends QueryResultRow>(
  connection: Pick<ClientBase, 'query'>,
  statement: QueryConfig & { name: string },
): Promise<Row[]> {
  try {
    return (await connection.query<Row>(statement)).rows;
  } catch (error) {
    throw translated(error);
  }
}

/**
 * Runs `work` in a transaction, which is rolled back if it throws. Throws LedgerUnreachable if the connection fails;
 * if it failed at the commit, nobody knows whether the transaction happened.
 */
export async function inTransaction<Value>(
  pool: Pool,
  work: (client: PoolClient) => Promise<Value>,
): Promise<Value> {
  const client = await pool.connect().catch((error: unknown) => {
    throw translated(error);
  });
  // While it is lent the pool does not listen: without this a lost connection would end the process.
  const ignore = () => undefined;
  client.on('error', ignore);
  try {
    await client.query('BEGIN');
    const value = await work(client);
    await client.query('COMMIT');
    client.release();
    return value;
  } catch (error) {
    const rolledBack = await client.query('ROLLBACK').then(
      () => true,
      () => false,
    );
    client.release(!rolledBack);
    throw translated(error);
  } finally {
    client.off('error', ignore);
  }
}

/** Repeats what lost a race that Postgres settles by an error: a deadlock, a serialization or a unique key. */
export async function repeatedly<Value>(work: () => Promise<Value>): Promise<Value> {
  for (let left = 3; ; left -= 1) {
    try {
      return await work();
    } catch (error) {
      if (left === 0 || !['40001', '40P01', '23505'].includes(codeOf(error))) throw error;
    }
  }
}

/** Postgres's classes of errors that come from the connection, the server's state or its resources. */
const serverSide = /^(08|53|57P|58|28|25006)/;
const socketSide = /^(ECONN|EPIPE|ETIMEDOUT|ENOTFOUND|EAI_|EHOST|ENET|CERT_|ERR_TLS|ERR_SSL)/;
const driverSide =
  /^(Connection terminated|timeout exceeded when trying to connect|Client has encountered|Client was closed|Cannot use a pool after|Query read timeout|The server does not support SSL)/;

/** Tells errors of the connection, as LedgerUnreachable, from all others. */
export function translated(error: unknown): unknown {
  if (!(error instanceof Error) || error instanceof LedgerUnreachable) return error;
  const code = codeOf(error);
  const unreachable = serverSide.test(code) || socketSide.test(code) || driverSide.test(error.message);
  if (!unreachable) return error;
  return new LedgerUnreachable(`The ledger's database cannot be reached: ${error.message || code}`, {
    cause: error,
  });
}

function codeOf(error: unknown): string {
  const { code, errors } = error as { code?: unknown; errors?: unknown[] };
  if (typeof code === 'string') return code;
  return errors?.[0] === undefined ? '' : codeOf(errors[0]);
}
