import type { CsvRow } from '../../services/csv/csv-row.ts';
import { NotUtf8 } from '../../services/csv/text-reader.ts';
import { FileRejected } from '../../services/files/file-rejected.ts';
import { openRows } from '../../services/upload-formats/open-rows.ts';
import type { UploadFormat } from '../../services/upload-formats/upload-format.ts';
import { HeadedRows } from './headed-rows.ts';
import { type Header, readHeader } from './read-header.ts';
import { RowStager } from './row-stager.ts';

/** How a file is to be checked. */
export interface CheckOrders {
  format: UploadFormat;
  /** `YYYY-MM-DD` in London. */
  today: string;
}

/** How many rows there have been, and how many of them are bad. */
export interface RowCounts {
  rows: number;
  bad: number;
}

/**
 * What comes while a file is checked: once its header and in which of the ways it is read, lines for COPY of the staging
 * table, and counts.
 */
export type CheckedItem = { header: Header; way: number } | Uint8Array | { counts: RowCounts };

/** How the check ended; only after `read` has everything been told. */
export type CheckEnd =
  | { is: 'read'; counts: RowCounts }
  | { is: 'rejected'; reason: string }
  | { is: 'not-utf8' };

/** Bytes that are worth handing on. */
const enough = 64 * 1024;

/**
 * Checks the rows of a file by every rule that the file alone can answer, as its bytes come, in constant memory.
 */
export async function* checkRows(
  { today, format }: CheckOrders,
  content: AsyncIterable<Uint8Array>,
): AsyncGenerator<CheckedItem, CheckEnd, undefined> {
  const { bytes, ways } = openRows(format, content);
  const rows = new HeadedRows(ways);
  let stager: RowStager | undefined;
  let found: { header: Header; way: number } | undefined;
  const onRow = (row: CsvRow): void => {
    if (stager === undefined) {
      const { way = 0, rowsAbove } = rows.place ?? {};
      found = { header: readHeader(row, rowsAbove), way };
      stager = new RowStager(found.header, today);
    } else {
      stager.stage(row);
    }
  };
  function* told(atLeast: number): Generator<CheckedItem, void, undefined> {
    if (found !== undefined) yield found;
    found = undefined;
    if (stager === undefined || stager.length < atLeast) return;
    yield stager.take();
    yield { counts: { ...stager.counts } };
  }
  try {
    for await (const piece of bytes) {
      rows.write(piece, onRow);
      yield* told(enough);
    }
    rows.end(onRow);
    yield* told(1);
    if (stager === undefined) {
      return { is: 'rejected', reason: 'The file is empty: it has no line that is not blank' };
    }
    return { is: 'read', counts: stager.counts };
  } catch (error) {
    if (error instanceof NotUtf8) return { is: 'not-utf8' };
    if (error instanceof FileRejected) return { is: 'rejected', reason: error.message };
    throw error;
  }
}
