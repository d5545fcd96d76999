import type { CsvRow } from '../../services/csv/csv-row.ts';
import { CopyWriter } from '../../services/register/copy-writer.ts';
import { openRows } from '../../services/upload-formats/open-rows.ts';
import type { UploadFormat } from '../../services/upload-formats/upload-format.ts';
import { reportedCells } from './error-report.ts';
import { hasLine, type LineSet } from './line-set.ts';

/** Which rows' records are wanted of a file that has been checked before. */
export interface RecordOrders {
  format: UploadFormat;
  /** Which of the ways to read it is right. */
  way: number;
  lines: LineSet;
  /** How many the file's header has. */
  columns: number;
}

/**
 * Reads a file once more and yields, as lines for COPY, what the report is to show of the rows on those lines. It is
 * needed for few files, and for these it costs less than to write every row's record for all.
 */
export async function* findRecords(
  { format, way, lines, columns }: RecordOrders,
  content: AsyncIterable<Uint8Array>,
): AsyncGenerator<Uint8Array, void, undefined> {
  const { bytes, ways } = openRows(format, content);
  const reader = ways[way]?.();
  const copy = new CopyWriter();
  const onRow = (row: CsvRow) => {
    if (!hasLine(lines, row.line)) return;
    copy.value(row.line);
    copy.value(reportedCells(row.texts(), columns));
    copy.endLine();
  };
  for await (const piece of bytes) {
    reader?.write(piece, onRow);
    if (copy.length > 0) yield copy.take();
  }
  reader?.end(onRow);
  if (copy.length > 0) yield copy.take();
}
