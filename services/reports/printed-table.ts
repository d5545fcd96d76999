import type { ClientBase } from 'pg';
import { copyRows } from '../database/copy-rows.ts';
import { joined, type Sql, sql } from '../database/sql.ts';
import type { DocumentColumn } from '../typesetting/report-document.ts';
import { codeWords } from './code-words.ts';
import type { CellType, ReportColumn, ReportTable } from './report.ts';

/** A table as it is printed: every cell as people read it. */
export interface PrintedTable {
  title: string;
  columns: DocumentColumn[];
  rows: string[][];
}

type PrintedColumn = Pick<ReportColumn, 'title' | 'type' | 'widthCharacters' | 'value'>;

/** Narrower columns break their words, wider ones take the room of others. */
const [narrowest, widest] = [9, 30];

/** Reads the first rows of a table, at most so many, as they are printed: columns of an address as one. */
export async function readPrinted(
  table: ReportTable,
  { reader, most }: { reader: ClientBase; most: number },
): Promise<PrintedTable> {
  const shown = shownColumns(table.columns);
  const rows: string[][] = [];
  const columns = joined(
    shown.map(({ value }) => value),
    ', ',
  );
  // A query inside, since it may have a limit of its own.
  const query = sql`SELECT * FROM (SELECT ${columns} ${table.from}) AS printed LIMIT ${most}`;
  for await (const batch of copyRows(reader, query)) {
    for (const row of batch) rows.push(row.map((cell, index) => printedCell(shown[index]?.type, cell)));
  }
  return {
    title: table.title,
    columns: shown.map(({ title, type, widthCharacters }) => ({
      title,
      width: Math.min(widest, Math.max(narrowest, widthCharacters)),
      align: type === 'whole' ? 'end' : 'start',
    })),
    rows,
  };
}

/** How many rows the table has. */
export async function countRows({ from }: ReportTable, reader: ClientBase): Promise<number> {
  const { text } = sql`SELECT count(*) AS rows FROM (SELECT 1 ${from}) AS counted`;
  const { rows } = await reader.query<{ rows: string }>(text);
  return Number(rows[0]?.rows);
}

function shownColumns(columns: readonly ReportColumn[]): PrintedColumn[] {
  const address = columns.filter(({ printed }) => printed === 'in-address');
  return columns.flatMap((column): PrintedColumn[] => {
    if (column.printed === 'never') return [];
    if (column.printed !== 'in-address') return [{ ...column, value: printedValue(column) }];
    if (column !== address[0]) return [];
    const parts = address.map(({ value }) => value);
    return [
      {
        title: 'Address',
        type: 'text',
        widthCharacters: widest,
        value: sql`concat_ws(', ', ${joined(parts, ', ')})`,
      },
    ];
  });
}

/** Days and moments in words, by London's clock. */
function printedValue({ type, value }: ReportColumn): Sql {
  if (type === 'date') return sql`to_char(${value}, 'FMDD Mon YYYY')`;
  if (type === 'time') return sql`to_char(${value}, 'FMDD Mon YYYY, HH24:MI')`;
  return value;
}

function printedCell(type: CellType | undefined, cell: string | null): string {
  if (cell === null) return '';
  switch (type) {
    case 'code':
      return codeWords(cell);
    case 'whole':
      return BigInt(cell).toLocaleString('en-GB');
    case 'yes-no':
      return cell === 't' ? 'Yes' : 'No';
    default:
      return cell;
  }
}
