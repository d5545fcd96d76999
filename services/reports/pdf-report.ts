import type { ClientBase } from 'pg';
import type { DocumentChart } from '../typesetting/report-document.ts';
import type { Typesetter } from '../typesetting/typesetter.ts';
import { countRows, type PrintedTable, readPrinted } from './printed-table.ts';
import type { Report } from './report.ts';
import { longDay } from './report-facts.ts';
import type { ReportWriter } from './report-writer.ts';

/** More rows are some hundred pages, which nobody reads, and more memory than a worker can spare. */
export const mostPrintedRows = 6000;

/** Tables of totals that a chart can show at a glance. */
const [mostBars, mostSeries] = [15, 5];

/**
 * The report as a document worth printing: a title page, a summary with charts and totals, and the table. Of a longer
 * table it holds the first rows, and says so on its first page.
 */
export function createPdfReport(options: {
  typesetter: Typesetter;
  signal: AbortSignal;
  createdAt: Date;
}): ReportWriter {
  const { typesetter, signal, createdAt } = options;
  return {
    extension: 'pdf',
    contentType: 'application/pdf',
    isCompressed: true,
    async *content(report, reader) {
      const rows = await countRows(report.rows, reader);
      const table = await readPrinted(report.rows, { reader, most: mostPrintedRows });
      const totals = rows === 0 ? [] : await readTotals(report, reader);
      yield await typesetter.pdf(
        {
          title: report.title,
          subtitle: longDay(report.asOf),
          footer: `${report.title}, ${longDay(report.asOf)}`,
          facts: [
            ...report.facts.map(({ label, value }): [string, string] => [label, value]),
            ['Rows', told(rows)],
          ],
          summary: [rows === 0 ? report.nothing : whatIsHeld(rows)],
          totals,
          charts: totals.flatMap(chartOf),
          sections: rows === 0 ? [] : [{ ...table, note: '' }],
        },
        { signal, createdAt },
      );
      return rows;
    },
  };
}

async function readTotals(report: Report, reader: ClientBase): Promise<PrintedTable[]> {
  const tables: PrintedTable[] = [];
  for (const total of report.totals) tables.push(await readPrinted(total, { reader, most: mostPrintedRows }));
  return tables.filter(({ rows }) => rows.length > 0);
}

function whatIsHeld(rows: number): string {
  if (rows <= mostPrintedRows) return `All ${told(rows)} rows are in this document.`;
  return (
    `This document holds the first ${told(mostPrintedRows)} of ${told(rows)} rows. ` +
    'Ask for the report as a spreadsheet to have them all; the totals below count them all.'
  );
}

/** A chart of a table of totals that is small enough: a bar for each row, divided by its counts. */
function chartOf({ title, columns, rows }: PrintedTable): DocumentChart[] {
  const counts = columns.flatMap(({ title: name, align }, index) =>
    align === 'end' ? [{ name, index }] : [],
  );
  if (rows.length > mostBars || counts.length === 0 || counts.length > mostSeries) return [];
  const bars = rows.map(([name = '']) => name || 'Not given');
  const series = counts.map(({ name, index }) => ({
    name,
    counts: rows.map((row) => Number((row[index] ?? '').replaceAll(',', ''))),
  }));
  const alt = bars.map(
    (bar, at) => `${bar}: ${series.map(({ name, counts }) => `${name} ${counts[at]}`).join(', ')}`,
  );
  return [{ bars, series, unit: '', caption: title, alt: `Bar chart. ${alt.join('; ')}.` }];
}

function told(count: number): string {
  return count.toLocaleString('en-GB');
}
