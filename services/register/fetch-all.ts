import type { ClientBase } from 'pg';

/** The rows of a query in batches, through a cursor of the open transaction, so that memory stays constant. */
export async function* fetchAll<Row extends object>(
  transaction: ClientBase,
  query: string,
  parameters: unknown[] = [],
): AsyncGenerator<Row[]> {
  await transaction.query(`DECLARE fetch_all NO SCROLL CURSOR FOR ${query}`, parameters);
  while (true) {
    const { rows } = await transaction.query<Row>('FETCH 1000 FROM fetch_all');
    if (rows.length === 0) break;
    yield rows;
  }
  await transaction.query('CLOSE fetch_all');
}
