import { CsvRejected } from '../../services/csv/csv-rejected.ts';
import type { CsvRow } from '../../services/csv/csv-row.ts';
import { CsvScanner } from '../../services/csv/csv-scanner.ts';
import { createTextReader, NotUtf8 } from '../../services/csv/text-reader.ts';
import { type Header, readHeader } from './read-header.ts';
import { RowStager } from './row-stager.ts';

/** How the bytes of a file become rows. */
export interface ReadingOrders {
  /** Default: what the file says of itself. */
  encoding?: 'windows-1252';
  /** Between cells. Default: a comma. */
  separator?: string;
}

/** How a file is to be checked. */
export interface CheckOrders extends ReadingOrders {
  /** `YYYY-MM-DD` in London. */
  today: string;
}

/** How many rows there have been, and how many of them are bad. */
export interface RowCounts {
  rows: number;
  bad: number;
}

/** What comes while a file is checked: its header once, lines for COPY of the staging table, and counts. */
export type CheckedItem = { header: Header } | Uint8Array | { counts: RowCounts };

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
  { today, ...reading }: CheckOrders,
  content: AsyncIterable<Uint8Array>,
): AsyncGenerator<CheckedItem, CheckEnd, undefined> {
  const reader = createTextReader(reading);
  const scanner = new CsvScanner(reading);
  let stager: RowStager | undefined;
  let header: Header | undefined;
  const onRow = (row: CsvRow): void => {
    if (stager === undefined) {
      header = readHeader(row);
      stager = new RowStager(header, today);
    } else {
      stager.stage(row);
    }
  };
  function* told(atLeast: number): Generator<CheckedItem, void, undefined> {
    if (header !== undefined) yield { header };
    header = undefined;
    if (stager === undefined || stager.length < atLeast) return;
    yield stager.take();
    yield { counts: { ...stager.counts } };
  }
  try {
    for await (const piece of content) {
      scanner.write(reader.write(Buffer.from(piece.buffer, piece.byteOffset, piece.length)), onRow);
      yield* told(enough);
    }
    scanner.write(reader.end(), onRow);
    scanner.end(onRow);
    yield* told(1);
    if (stager === undefined) {
      return { is: 'rejected', reason: 'The file is empty: it has no line that is not blank' };
    }
    return { is: 'read', counts: stager.counts };
  } catch (error) {
    if (error instanceof NotUtf8) return { is: 'not-utf8' };
    if (error instanceof CsvRejected) return { is: 'rejected', reason: error.message };
    throw error;
  }
}
