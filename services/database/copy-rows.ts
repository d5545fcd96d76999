import type { ClientBase } from 'pg';
import { copyOut } from './copy-out.ts';
import { type Sql, sql } from './sql.ts';

/** A row as COPY tells it: every value as text, null where there is none. */
export type CopiedRow = (string | null)[];

const lineFeed = 0x0a;

/**
 * The rows of a query by COPY, some hundred at a time: faster than a cursor and in constant memory. Who stops
 * before the end has to close the connection.
 */
export async function* copyRows(reader: ClientBase, query: Sql): AsyncGenerator<CopiedRow[]> {
  const copy = copyOut(reader, sql`COPY (${query}) TO STDOUT`);
  let begun: Buffer[] = [];
  for await (const chunk of copy as AsyncIterable<Buffer>) {
    const end = chunk.lastIndexOf(lineFeed) + 1;
    if (end === 0) {
      begun.push(chunk);
      continue;
    }
    const lines = Buffer.concat([...begun, chunk.subarray(0, end - 1)]).toString();
    begun = end === chunk.length ? [] : [chunk.subarray(end)];
    yield lines.split('\n').map((line) => line.split('\t').map(value));
  }
}

function value(field: string): string | null {
  if (!field.includes('\\')) return field;
  return field === '\\N' ? null : field.replace(/\\(.)/g, (_, letter: string) => escapes[letter] ?? letter);
}

const escapes: Record<string, string> = { b: '\b', f: '\f', n: '\n', r: '\r', t: '\t', v: '\v' };
