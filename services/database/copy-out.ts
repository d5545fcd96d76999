import type { ClientBase } from 'pg';
import { type CopyToStreamQuery, to } from 'pg-copy-streams';
import type { Sql } from './sql.ts';

/**
 * The bytes of COPY … TO STDOUT. A reader that stops before the end leaves the connection in the middle of an answer: it
 * is good for nothing but to be closed.
 */
export function copyOut(reader: ClientBase, statement: Sql): CopyToStreamQuery {
  const copy = reader.query(to(statement.text));
  // It is told when the connection is closed under it. Who reads hears of that anyway; if nobody does any more, an
  // error without a listener would end the process.
  copy.on('error', () => undefined);
  return copy;
}
