import { extractText } from 'unpdf';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { reportOf, written } from '../../test/report-trial.ts';
import { createTestDatabase, type TestDatabase } from '../../test/test-database.ts';
import { sql } from '../database/sql.ts';
import { createTypesetter } from '../typesetting/create-typesetter.ts';
import { createPdfReport, mostPrintedRows } from './pdf-report.ts';
import type { Report } from './report.ts';

const typesetter = createTypesetter({ entry: new URL('../../worker/typesetting.ts', import.meta.url) });
const pdf = createPdfReport({
  typesetter,
  signal: new AbortController().signal,
  createdAt: new Date('2026-06-15T12:00:00Z'),
});
let database: TestDatabase;
beforeAll(async () => {
  database = await createTestDatabase();
});
afterAll(async () => {
  typesetter.close();
  await database.drop();
});

async function textOf(report: Report) {
  const { file, rows } = await written(pdf, report, database);
  const { text, totalPages } = await extractText(new Uint8Array(file), { mergePages: true });
  return { text: text.replaceAll(/\s+/g, ' '), rows, totalPages };
}

describe('a report as a document', () => {
  it('shows every cell as people read it', async () => {
    const { text, rows } = await textOf(
      reportOf([
        ['#let x', 'SEMI_DETACHED_HOUSE', '1234567', '2026-02-01', '2026-06-15T11:05:00Z', 't'],
        [null, null, null, null, null, 'f'],
      ]),
    );
    expect(rows).toBe(2);
    for (const said of [
      '#let x',
      'Semi detached house',
      '1,234,567',
      '1 Feb 2026',
      '15 Jun 2026, 12:05',
      'Yes',
      'No',
    ])
      expect(text).toContain(said);
    expect(text).toContain('All 2 rows are in this document.');
    expect(text).toContain('15 June 2026');
  });

  it('of nothing says so, on a title page and a summary', async () => {
    const { text, rows, totalPages } = await textOf(reportOf([]));
    expect([rows, totalPages]).toEqual([0, 2]);
    expect(text).toContain('There is nothing.');
  });

  it('prints the lines of an address as one, and leaves out what has no room', async () => {
    const whole = reportOf([['1 High Street', 'ANYTOWN', '1', null, null, 't']]);
    const [line, town, number, ...others] = whole.rows.columns;
    if (!line || !town || !number) throw new Error('the trial has too few columns');
    const columns = [
      { ...line, printed: 'in-address' as const },
      { ...number, printed: 'never' as const },
      { ...town, type: 'text' as const, printed: 'in-address' as const },
      ...others,
    ];
    const { text } = await textOf({ ...whole, rows: { ...whole.rows, columns } });
    expect(text).toContain('1 High Street, ANYTOWN');
    expect(text).not.toContain(number.title);
  });

  it('draws totals that are few enough, and tells them in a table', async () => {
    const report = reportOf([['x', 'A', '1', null, null, 't']]);
    const count = {
      name: 'count',
      title: 'Expired',
      type: 'whole' as const,
      widthCharacters: 9,
      value: sql`count`,
    };
    const kind = { name: 'kind', title: 'Kind', type: 'text' as const, widthCharacters: 9, value: sql`kind` };
    const from = sql`FROM (VALUES ('Gas', 1200), ('Electricity', 3)) AS total (kind, count) LIMIT 2`;
    const totals = [{ title: 'By certificate', columns: [kind, count], from }];
    const { text } = await textOf({ ...report, totals });
    expect(text).toContain('Figure 1: By certificate');
    expect(text).toContain('Gas 1,200');
  });

  // Hundreds of pages, on a machine that may be busy.
  it('that is too long holds its first rows and says where the others are', {
    timeout: 180_000,
  }, async () => {
    const report = reportOf([]);
    const from = sql`FROM (SELECT g::text AS a FROM generate_series(1, ${mostPrintedRows + 1}) AS g) AS row ORDER BY a::int`;
    const [first] = report.rows.columns;
    if (!first) throw new Error('the trial has no column');
    const { text, rows } = await textOf({ ...report, rows: { ...report.rows, columns: [first], from } });
    expect(rows).toBe(mostPrintedRows + 1);
    expect(text).toContain('This document holds the first 6,000 of 6,001 rows.');
    expect(text).toContain(' 6000 ');
    expect(text).not.toContain(' 6001 ');
  });
});
