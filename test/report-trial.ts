import { buffer } from 'node:stream/consumers';
import { joined, type Sql, sql } from '../services/database/sql.ts';
import { readSnapshot } from '../services/reports/read-snapshot.ts';
import type { CellType, Report } from '../services/reports/report.ts';
import type { ReportWriter } from '../services/reports/report-writer.ts';
import type { TestDatabase } from './test-database.ts';

/** A report of given rows: a column of each type, values as Postgres writes them. */
export function reportOf(rows: readonly (readonly (string | null)[])[]): Report {
  const types: [CellType, Sql][] = [
    ['text', sql`text`],
    ['code', sql`text`],
    ['whole', sql`bigint`],
    ['date', sql`date`],
    ['time', sql`timestamptz`],
    ['yes-no', sql`boolean`],
  ];
  const columns = types.map(([type, kind], index) => ({
    name: type.replace('-', '_'),
    title: `A ${type}`,
    type,
    widthCharacters: 20,
    value: sql`${[sql`a`, sql`b`, sql`c`, sql`d`, sql`e`, sql`f`][index] ?? null}::${kind}`,
  }));
  const nothing = sql`${null}, NULL, NULL, NULL, NULL, NULL, NULL::int`;
  const values = rows.map(
    (row, place) =>
      sql`(${joined(
        [...row, String(place)].map((value) => sql`${value}`),
        ', ',
      )})`,
  );
  return {
    name: 'trial',
    title: 'Trial & error',
    asOf: '2026-06-15',
    facts: [{ label: 'As of', value: '15 June 2026' }],
    rows: {
      title: "Landlord's rows",
      columns,
      from: sql`FROM (VALUES ${joined([sql`(${nothing})`, ...values], ', ')}) AS row (a, b, c, d, e, f, place)
        WHERE place IS NOT NULL ORDER BY place::int`,
    },
    totals: [],
    nothing: 'There is nothing.',
  };
}

/** The file that a writer makes of a report, and how many rows it counted. */
export async function written(
  writer: ReportWriter,
  report: Report,
  database: TestDatabase,
): Promise<{ file: Buffer; rows: number }> {
  const { signal } = new AbortController();
  return readSnapshot({ database: database.pool, signal }, async (reader) => {
    let rows = -1;
    const content = async function* () {
      rows = yield* writer.content(report, reader);
    };
    return { file: await buffer(content()), rows };
  });
}
