import { type CellKind, cellXml, columnLetters, styledText } from './cell.ts';
import { sheetFoot, sheetHead } from './sheet-frame.ts';
import { headerStyle } from './styles.ts';

/** A column of a sheet. */
export interface SheetColumn {
  title: string;
  kind: CellKind;
  widthCharacters: number;
}

/** A row's cells as `cellXml` takes them. */
export type SheetRow = readonly (string | null)[];

/** The rows that Excel opens, the header included. */
export const longestSheetRows = 1_048_576;

/** Which cells a table of so many rows below its header takes: `A1:C9`. */
export function tableRange(columns: number, rows: number): string {
  return `A1:${columnLetters(columns - 1)}${rows + 1}`;
}

/** The XML of a table's row, its number counted from 1. */
export function rowXml(
  columns: readonly { kind: CellKind; letters: string }[],
  number: number,
  row: SheetRow,
) {
  let cells = '';
  for (const [index, { kind, letters }] of columns.entries()) {
    cells += cellXml(kind, letters + number, row[index] ?? null);
  }
  return `<row r="${number}">${cells}</row>`;
}

/**
 * A sheet that is a table and nothing else: its header stays in sight and has filters. Takes batches of rows as they
 * come, a piece of XML for each; returns how many rows there were.
 */
export async function* tableSheet(
  { columns, title }: { columns: readonly SheetColumn[]; title: string },
  batches: AsyncIterable<readonly SheetRow[]>,
): AsyncGenerator<Buffer, number> {
  const placed = columns.map(({ kind }, index) => ({ kind, letters: columnLetters(index) }));
  const header = columns.map((column, index) =>
    styledText(`${columnLetters(index)}1`, headerStyle(column.kind), column.title),
  );
  const widthsCharacters = columns.map(({ widthCharacters }) => widthCharacters);
  yield Buffer.from(
    `${sheetHead({ widthsCharacters, frozenRows: 1 })}<row r="1" ht="32" customHeight="1">${header.join('')}</row>`,
  );
  let rows = 0;
  for await (const batch of batches) {
    let xml = '';
    for (const row of batch) {
      rows += 1;
      xml += rowXml(placed, rows + 1, row);
    }
    yield Buffer.from(xml);
  }
  yield Buffer.from(sheetFoot({ filtered: tableRange(columns.length, rows), title }));
  return rows;
}
