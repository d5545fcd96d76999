import type { CsvRow } from '../../services/csv/csv-row.ts';
import { CopyWriter } from '../../services/register/copy-writer.ts';
import { propertyColumns } from '../../services/register/property.ts';
import type { RowProblem } from '../../services/register/row-problem.ts';
import { reportedCells } from './error-report.ts';
import type { Header } from './read-header.ts';
import { placeOf, type RowCells } from './row-cells.ts';
import { SeenBefore } from './seen-before.ts';
import { createRowValidator, type ValidatedRow } from './validate-row.ts';

const keys = [placeOf.row_reference, placeOf.uprn];
const addressKind = -1;
const others = propertyColumns.map((name) => placeOf[name]).filter((place) => !keys.includes(place));

/** Checks row after row and writes each as a line for COPY of the staging table; see `stagedColumns` for its fields. */
export class RowStager {
  /** The rows so far. */
  readonly counts = { rows: 0, bad: 0 };
  private readonly copy = new CopyWriter();
  private readonly seen = new SeenBefore();
  private readonly columns: number;
  private readonly validate: (row: CsvRow) => ValidatedRow;

  constructor({ cells, positions }: Header, today: string) {
    this.columns = cells.length;
    this.validate = createRowValidator(positions, today);
  }

  /** How many bytes can be taken. */
  get length(): number {
    return this.copy.length;
  }

  /** Hands out the lines since the last time. */
  take(): Uint8Array {
    return this.copy.take();
  }

  /** Takes the next row. */
  stage(row: CsvRow): void {
    const misshapen = shapeProblem(row, this.columns);
    this.counts.rows += 1;
    if (misshapen === undefined) {
      this.write(row, this.validate(row));
    } else {
      this.writeHead(row, [misshapen]);
      for (let field = 0; field < propertyColumns.length + 1; field += 1) this.copy.none();
      this.copy.endLine();
    }
  }

  private write(row: CsvRow, { problems, addressKey, cells }: ValidatedRow): void {
    const { copy } = this;
    this.writeHead(row, problems, this.mayRepeat(cells, addressKey));
    for (const place of keys) {
      if (cells.has(place)) cells.write(place, copy);
      else copy.none();
    }
    copy.value(addressKey);
    for (const place of others) {
      if (problems.length === 0) cells.write(place, copy);
      else copy.none();
    }
    copy.endLine();
  }

  /**
   * The line, what the report is to show of it, and what is wrong. A good row needs no record unless it may turn out to
   * repeat another: it is most of what would have to be written.
   */
  private writeHead(row: CsvRow, problems: readonly RowProblem[], mayRepeat = false): void {
    const isBad = problems.length > 0;
    if (isBad) this.counts.bad += 1;
    this.copy.value(row.line);
    this.copy.value(isBad || mayRepeat ? reportedCells(row.texts(), this.columns) : undefined);
    this.copy.value(isBad ? JSON.stringify(problems) : undefined);
  }

  /** Whether one of the values that must be unique may have come before. */
  private mayRepeat(cells: RowCells, addressKey: string | undefined): boolean {
    const { seen } = this;
    let found = false;
    for (const place of keys) {
      found = cells.withBytes(place, (bytes, from, to) => seen.mayHave(place, bytes, from, to)) || found;
    }
    if (addressKey === undefined) return found;
    const bytes = Buffer.from(addressKey, 'hex');
    return seen.mayHave(addressKind, bytes, 0, bytes.length) || found;
  }
}

/** What is wrong with a row as a whole; its cells then mean nothing. */
function shapeProblem(row: CsvRow, columns: number): RowProblem | undefined {
  const { cellCount, problem } = row;
  const extra = row.mayEndEarly ? Math.max(0, cellCount - columns) : cellCount - columns;
  if (extra === 0 && problem === undefined) return undefined;
  const leftOut = extra > 0 ? `, ${extra} left out here` : '';
  if (problem !== undefined) {
    const kind = 'is not well formed';
    const help = `${problem}${leftOut === '' ? '' : `, with extra cells${leftOut}`}`;
    return { column: 'row', kind, message: `${kind} (${help})` };
  }
  const kind = extra > 0 ? 'has too many cells' : 'has too few cells';
  return { column: 'row', kind, message: `${kind} (${cellCount} instead of ${columns}${leftOut})` };
}
