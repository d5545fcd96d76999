import { csvRecord, defused } from '../../services/csv/write-csv.ts';
import type { BadRow } from '../../services/register/bad-rows.ts';
import { propertyColumns } from '../../services/register/property.ts';
import type { RowProblem } from '../../services/register/row-problem.ts';

const place = new Map<string, number>(propertyColumns.map((name, index) => [name, index]));

/** The part of the report that shows a row of the file: its cells as they were, cut or filled up to the header. */
export function reportedCells(cells: readonly string[], columns: number): string {
  const fitted = cells.slice(0, columns);
  while (fitted.length < columns) fitted.push('');
  return csvRecord(fitted.map(defused)).slice(0, -2);
}

/**
 * The error report, a record at a time: the file's own columns, the line on which each bad row starts, and all of its
 * errors. Tells each row's problems as it passes.
 */
export async function* errorReport(
  header: readonly string[],
  rows: AsyncIterable<BadRow>,
  onRow: (problems: readonly RowProblem[]) => void,
): AsyncGenerator<string> {
  yield `${reportedCells(header, header.length)},row_number,errors\r\n`;
  for await (const { line, record, problems } of rows) {
    const ordered = problems.toSorted((a, b) => placeOf(a) - placeOf(b));
    onRow(ordered);
    const errors = ordered.map(({ column, message }) => `${column}: ${message}`).join('; ');
    yield `${record},${csvRecord([String(line), errors])}`;
  }
}

/** Problems of the whole row stand first. */
function placeOf({ column }: RowProblem): number {
  return place.get(column) ?? -1;
}
