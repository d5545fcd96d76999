import { type CsvRow, CsvScanner } from '../../services/csv/csv-scanner.ts';
import type { RowProblem } from '../../services/register/row-problem.ts';
import type { StagedRow } from '../../services/register/stage-rows.ts';
import { reportedCells } from './error-report.ts';
import { type Header, readHeader } from './read-header.ts';
import { validateRow } from './validate-row.ts';

/**
 * Reads and checks the rows of a file, in batches as the text comes. Tells the header once it is read; a
 * file without text has none. Throws CsvRejected for a file that cannot be read by the rules.
 */
export async function* readRows(
  text: AsyncIterable<string>,
  { today, onHeader }: { today: string; onHeader(header: Header): void },
): AsyncGenerator<StagedRow[]> {
  const scanner = new CsvScanner();
  let header: Header | undefined;
  function check(rows: CsvRow[]): StagedRow[] {
    const first = header === undefined ? rows.shift() : undefined;
    if (first !== undefined) {
      header = readHeader(first);
      onHeader(header);
    }
    return header === undefined ? [] : checkRows(rows, header, today);
  }
  for await (const piece of text) yield check(scanner.write(piece));
  yield check(scanner.end());
}

function checkRows(rows: readonly CsvRow[], header: Header, today: string): StagedRow[] {
  return rows.map((row) => checkRow(row, header, today));
}

function checkRow(row: CsvRow, header: Header, today: string): StagedRow {
  const misshapen = shapeProblem(row, header.cells.length);
  return {
    line: row.line,
    record: reportedCells(row.cells, header.cells.length),
    ...(misshapen === undefined
      ? validateRow(row.cells, header.positions, today)
      : { problems: [misshapen] }),
  };
}

/** What is wrong with a row as a whole; its cells then mean nothing. */
function shapeProblem({ cells, problem }: CsvRow, columns: number): RowProblem | undefined {
  const extra = cells.length - columns;
  const leftOut = extra > 0 ? `, ${extra} left out here` : '';
  if (problem !== undefined) {
    const kind = 'is not well formed';
    return {
      column: 'row',
      kind,
      message: `${kind} (${problem}${leftOut === '' ? '' : `, with extra cells${leftOut}`})`,
    };
  }
  if (extra === 0) return undefined;
  const kind = extra > 0 ? 'has too many cells' : 'has too few cells';
  return { column: 'row', kind, message: `${kind} (${cells.length} instead of ${columns}${leftOut})` };
}
