import { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import type { ClientBase } from 'pg';
import { from as copyFrom } from 'pg-copy-streams';
import { propertyColumns } from './property.ts';

const identity = new Set<string>(['row_reference', 'uprn']);

/**
 * The fields of a staged row in the order in which COPY takes them. `line` is where it starts in its file and orders the
 * rows. `record` is what the report is to show of it: every bad row has one, and every row that may repeat an earlier
 * one. `problems` is the JSON of its `RowProblem`s, NULL for a row that the file alone finds good. Of a bad row only what
 * must be unique is staged beside them, as far as it is well formed.
 */
export const stagedColumns = [
  'line',
  'record',
  'problems',
  'row_reference',
  'uprn',
  'address_key',
  ...propertyColumns.filter((name) => !identity.has(name)),
];

/** Makes the temporary tables of a load, which end with the transaction. */
export async function prepareStaging(transaction: ClientBase): Promise<void> {
  await transaction.query(`
    CREATE TEMP TABLE staged_row ON COMMIT DROP AS
      SELECT 0 AS line, '' AS record, '' AS problems, address_key, ${propertyColumns.join(', ')}
      FROM property WITH NO DATA;
    CREATE TEMP TABLE staged_record (line integer, record text) ON COMMIT DROP;
    CREATE TEMP TABLE staged_problem (line integer, reason text, first_line integer, is_good boolean)
      ON COMMIT DROP`);
}

/**
 * Brings rows, as lines of COPY's text format, into a table of the transaction, as fast as Postgres takes them and in
 * constant memory. Rejects with what the lines or the signal reject with; the transaction is then good for nothing but a
 * rollback.
 */
export async function stageRows(
  transaction: ClientBase,
  lines: AsyncIterable<Uint8Array>,
  signal: AbortSignal,
): Promise<void> {
  await copyLines(transaction, `staged_row (${stagedColumns.join(', ')})`, { lines, signal });
}

/** Brings what the report is to show of good rows, as lines of `line` and `record`, into the transaction. */
export async function stageRecords(
  transaction: ClientBase,
  lines: AsyncIterable<Uint8Array>,
  signal: AbortSignal,
): Promise<void> {
  await copyLines(transaction, 'staged_record (line, record)', { lines, signal });
}

/** Forgets the staged rows: the file is read again in another way. */
export async function unstageRows(transaction: ClientBase): Promise<void> {
  await transaction.query('TRUNCATE staged_row');
}

async function copyLines(
  transaction: ClientBase,
  target: string,
  { lines, signal }: { lines: AsyncIterable<Uint8Array>; signal: AbortSignal },
): Promise<void> {
  const copy = transaction.query(copyFrom(`COPY ${target} FROM STDIN`));
  await pipeline(Readable.from(lines, { objectMode: false }), copy, { signal });
}
