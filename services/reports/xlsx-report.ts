import type { ClientBase } from 'pg';
import { copyRows } from '../database/copy-rows.ts';
import { joined, type Sql, sql } from '../database/sql.ts';
import type { CellKind } from '../xlsx/cell.ts';
import { type CoverTable, coverSheet } from '../xlsx/cover-sheet.ts';
import { limitedBatches } from '../xlsx/limited-batches.ts';
import { stylesXml } from '../xlsx/styles.ts';
import {
  longestSheetRows,
  type SheetColumn,
  type SheetRow,
  tableRange,
  tableSheet,
} from '../xlsx/table-sheet.ts';
import { sheetFile, type WorkbookSheet, workbookParts } from '../xlsx/workbook-parts.ts';
import { createZipArchive, type ZipArchive } from '../xlsx/zip-archive.ts';
import { codeWords } from './code-words.ts';
import type { CellType, Report, ReportColumn, ReportTable } from './report.ts';
import type { ReportWriter } from './report-writer.ts';

/**
 * The report as a workbook: a summary to be read, then its rows with typed cells, filters and a header that stays. Rows
 * beyond what a sheet takes, by default Excel's 1,048,576 with the header, go on in further sheets.
 */
export function createXlsxReport(sheetRows = longestSheetRows): ReportWriter {
  return {
    extension: 'xlsx',
    contentType: 'application/vnd.openxmlformats-officedocument.spreadsheetml.sheet',
    isCompressed: true,
    async *content(report, reader) {
      const archive = createZipArchive(new Date(`${report.asOf}T00:00:00Z`));
      let rows = 0;
      const written = fill(archive, report, { reader, sheetRows }).then(
        (counted) => {
          rows = counted;
          archive.finish();
        },
        (error: Error) => {
          archive.bytes.destroy(error);
        },
      );
      yield* archive.bytes as AsyncIterable<Buffer>;
      await written;
      return rows;
    },
  };
}

/** Writes the rows first and the summary, which counts them, after them: where a file stands is not where it is shown. */
async function fill(
  archive: ZipArchive,
  report: Report,
  { reader, sheetRows }: { reader: ClientBase; sheetRows: number },
): Promise<number> {
  const { title, rows } = report;
  const { columns } = sheetOf(rows);
  const batches = limitedBatches(rowsOf(rows, reader));
  const sheets: WorkbookSheet[] = [{ name: 'Summary' }];
  let count = 0;
  do {
    let onSheet = 0;
    async function* sheet(): AsyncGenerator<Buffer> {
      onSheet = yield* tableSheet({ columns, title }, batches.take(sheetRows - 1));
    }
    await archive.add(sheetFile(sheets.length), sheet());
    const name = sheets.length === 1 ? rows.title : `${rows.title} (${sheets.length})`;
    sheets.push({ name, table: tableRange(columns.length, onSheet) });
    count += onSheet;
  } while (!(await batches.isOver()));
  await archive.add(sheetFile(0), await summary(report, count, reader));
  await archive.add('xl/styles.xml', stylesXml);
  for (const [name, xml] of Object.entries(workbookParts({ title, sheets }))) await archive.add(name, xml);
  return count;
}

async function summary(report: Report, rows: number, reader: ClientBase): Promise<string> {
  const tables: CoverTable[] = [];
  for (const table of rows === 0 ? [] : report.totals) {
    const all: SheetRow[] = [];
    for await (const batch of rowsOf(table, reader)) all.push(...batch);
    tables.push({ title: table.title, columns: sheetOf(table).columns, rows: all });
  }
  const facts = [...report.facts, { label: 'Rows', value: rows.toLocaleString('en-GB') }];
  return coverSheet({ title: report.title, facts, remark: rows === 0 ? report.nothing : undefined, tables });
}

const kinds: Record<CellType, CellKind> = {
  text: 'text',
  code: 'text',
  whole: 'whole',
  date: 'date',
  time: 'time',
  'yes-no': 'yes-no',
};

function sheetOf({ columns }: ReportTable): { columns: SheetColumn[] } {
  return { columns: columns.map((column) => ({ ...column, kind: kinds[column.type] })) };
}

/** The table's rows as a sheet takes them. */
async function* rowsOf({ columns, from }: ReportTable, reader: ClientBase): AsyncGenerator<SheetRow[]> {
  const codes = columns.flatMap(({ type }, index) => (type === 'code' ? [index] : []));
  const told = new Map<string | null, string | null>([[null, null]]);
  const words = (code: string | null) => {
    if (!told.has(code)) told.set(code, code && codeWords(code));
    return told.get(code) ?? null;
  };
  for await (const rows of copyRows(reader, sql`SELECT ${joined(columns.map(cell), ', ')} ${from}`)) {
    for (const row of rows) {
      for (const index of codes) row[index] = words(row[index] ?? null);
    }
    yield rows;
  }
}

/** Days and moments as days since the end of 1899, by London's clock. */
function cell({ type, value }: ReportColumn): Sql {
  switch (type) {
    case 'date':
      return sql`${value} - DATE '1899-12-30'`;
    case 'time':
      return sql`(extract(epoch FROM date_trunc('second', ${value} AT TIME ZONE 'Europe/London')
        - TIMESTAMP '1899-12-30') / 86400)::float8`;
    default:
      return value;
  }
}
