import type { CsvRow } from '../../services/csv/csv-row.ts';
import { CsvScanner } from '../../services/csv/csv-scanner.ts';
import { createTextReader } from '../../services/csv/text-reader.ts';
import { CopyWriter } from '../../services/register/copy-writer.ts';
import type { ReadingOrders } from './check-rows.ts';
import { reportedCells } from './error-report.ts';
import { hasLine, type LineSet } from './line-set.ts';

/** Which rows' records are wanted of a file that has been checked before. */
export interface RecordOrders extends ReadingOrders {
  lines: LineSet;
  /** How many the file's header has. */
  columns: number;
}

/**
 * Reads a file once more and yields, as lines for COPY, what the report is to show of the rows on those lines. It is
 * needed for few files, and for these it costs less than to write every row's record for all.
 */
export async function* findRecords(
  { lines, columns, ...reading }: RecordOrders,
  content: AsyncIterable<Uint8Array>,
): AsyncGenerator<Uint8Array, void, undefined> {
  const reader = createTextReader(reading);
  const scanner = new CsvScanner(reading);
  const copy = new CopyWriter();
  const onRow = (row: CsvRow) => {
    if (!hasLine(lines, row.line)) return;
    copy.value(row.line);
    copy.value(reportedCells(row.texts(), columns));
    copy.endLine();
  };
  for await (const piece of content) {
    scanner.write(reader.write(Buffer.from(piece.buffer, piece.byteOffset, piece.length)), onRow);
    if (copy.length > 0) yield copy.take();
  }
  scanner.write(reader.end(), onRow);
  scanner.end(onRow);
  if (copy.length > 0) yield copy.take();
}
