import { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import type { ClientBase } from 'pg';
import { from as copyFrom } from 'pg-copy-streams';
import { copyLine } from './copy-line.ts';
import { type Property, propertyColumns } from './property.ts';
import type { RowProblem } from './row-problem.ts';

/** A row of a file on its way into the register, good or bad. */
export interface StagedRow {
  /** Where it starts in its file; orders the rows. */
  line: number;
  /** What the report is to show of it, should it be or become a bad one. */
  record: string;
  /** Empty for a row that the file alone finds good. */
  problems: readonly RowProblem[];
  /** What must be unique, of bad rows too, as far as it is well formed. */
  rowReference?: string;
  uprn?: string;
  addressKey?: string;
  /** Only of a good row. */
  property?: Property;
}

const identity = new Set<string>(['row_reference', 'uprn']);
const otherColumns = propertyColumns.filter((name) => !identity.has(name));
const stagedColumns = ['line', 'record', 'problems', 'row_reference', 'uprn', 'address_key', ...otherColumns];

/**
 * Brings rows into a temporary table of the transaction, as fast as Postgres takes them and in constant memory.
 * Rejects with what the rows or the signal reject with; the transaction is then good for nothing but a rollback.
 */
export async function stageRows(
  transaction: ClientBase,
  batches: AsyncIterable<readonly StagedRow[]>,
  signal: AbortSignal,
): Promise<void> {
  await transaction.query(`
    CREATE TEMP TABLE staged_row ON COMMIT DROP AS
      SELECT 0 AS line, '' AS record, '' AS problems, address_key, ${propertyColumns.join(', ')}
      FROM property WITH NO DATA;
    CREATE TEMP TABLE staged_problem (line integer, reason text, first_line integer) ON COMMIT DROP`);
  const copy = transaction.query(copyFrom(`COPY staged_row (${stagedColumns.join(', ')}) FROM STDIN`));
  await pipeline(Readable.from(lines(batches), { objectMode: false }), copy, { signal });
  await transaction.query('ANALYZE staged_row');
}

async function* lines(batches: AsyncIterable<readonly StagedRow[]>): AsyncGenerator<string> {
  for await (const rows of batches) if (rows.length > 0) yield rows.map(stagedLine).join('');
}

function stagedLine({ line, record, problems, rowReference, uprn, addressKey, property }: StagedRow): string {
  return copyLine([
    line,
    record,
    problems.length === 0 ? null : JSON.stringify(problems),
    rowReference,
    uprn,
    addressKey,
    ...otherColumns.map((name) => property?.[name]),
  ]);
}
