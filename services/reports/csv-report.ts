import { copyOut } from '../database/copy-out.ts';
import { joined, type Sql, sql } from '../database/sql.ts';
import type { Report, ReportColumn } from './report.ts';
import type { ReportWriter } from './report-writer.ts';

/**
 * The report's rows as CSV, as Postgres itself writes it: no byte is touched on the way. A text that a spreadsheet would
 * run as a formula is defused; totals are left out.
 */
export const csvReport: ReportWriter = {
  extension: 'csv',
  contentType: 'text/csv; charset=utf-8',
  isCompressed: false,
  async *content(report, reader) {
    const copy = copyOut(reader, csvCopy(report));
    yield Buffer.from(`${report.rows.columns.map(({ name }) => name).join(',')}\n`);
    yield* copy as AsyncIterable<Buffer>;
    // The count comes behind the last row: it is there once the connection has answered again.
    await reader.query('SELECT');
    return copy.rowCount;
  },
};

/** The statement that makes Postgres write a report's rows as CSV, without a header. */
export function csvCopy({ rows: { columns, from } }: Report): Sql {
  return sql`COPY (SELECT ${joined(columns.map(cell), ', ')} ${from}) TO STDOUT (FORMAT csv)`;
}

function cell({ type, value }: ReportColumn): Sql {
  switch (type) {
    case 'text':
      return sql`defused(${value})`;
    case 'time':
      return sql`to_char(${value}, 'YYYY-MM-DD"T"HH24:MI:SSTZH:TZM')`;
    case 'yes-no':
      return sql`CASE ${value} WHEN true THEN 'yes' WHEN false THEN 'no' END`;
    case 'code':
    case 'whole':
    case 'date':
      return value;
  }
}
