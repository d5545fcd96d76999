import type { CsvRow } from './csv-row.ts';

/** Takes a row; the next one is told by the same object. */
export type OnRow = (row: CsvRow) => void;

/** Makes rows of a file that comes in pieces of any length. */
export interface RowReader {
  /** Takes the next piece and tells the rows that it completes. */
  write(piece: Uint8Array, onRow: OnRow): void;
  /** Tells the last row. */
  end(onRow: OnRow): void;
}
