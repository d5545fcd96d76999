import ExcelJS from 'exceljs';
import fc from 'fast-check';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { reportOf, written } from '../../test/report-trial.ts';
import { createTestDatabase, type TestDatabase } from '../../test/test-database.ts';
import { sql } from '../database/sql.ts';
import { codeWords } from './code-words.ts';
import type { Report } from './report.ts';
import { createXlsxReport } from './xlsx-report.ts';

let database: TestDatabase;
beforeAll(async () => {
  database = await createTestDatabase();
});
afterAll(() => database.drop());

async function read(report: Report, sheetRows?: number) {
  const { file, rows } = await written(createXlsxReport(sheetRows), report, database);
  const workbook = new ExcelJS.Workbook();
  await workbook.xlsx.load(file as unknown as ArrayBuffer);
  return { workbook, rows, file };
}

/** The cells below the header; a cell that is not there is null. */
function cellsOf(sheet: ExcelJS.Worksheet | undefined, columns = 6): ExcelJS.CellValue[][] {
  const rows: ExcelJS.CellValue[][] = [];
  for (let row = 2; row <= (sheet?.rowCount ?? 0); row += 1) {
    rows.push(
      Array.from({ length: columns }, (_, column) => decoded(sheet?.getCell(row, column + 1).value ?? null)),
    );
  }
  return rows;
}

/** Excel reads `_xHHHH_` in a cell as that character; exceljs leaves it as it stands in an inline string. */
function decoded(value: ExcelJS.CellValue): ExcelJS.CellValue {
  if (typeof value !== 'string') return value;
  return value.replace(/_x([0-9A-F]{4})_/g, (_, code: string) =>
    String.fromCharCode(Number.parseInt(code, 16)),
  );
}

const anyText = fc
  .string({
    unit: fc.oneof(
      fc.constantFrom(
        '=',
        '+',
        '<',
        '&',
        '>',
        '"',
        "'",
        ' ',
        '\n',
        '\r',
        '\t',
        '_',
        '_x000D_',
        '_x',
        'é',
        '🏠',
      ),
      fc.string({ unit: 'binary', maxLength: 1 }),
    ),
    minLength: 1,
  })
  .map((text) => text.replaceAll('\0', '').toWellFormed() || 'a');
const day = fc
  .date({ min: new Date('1900-03-01T00:00:00Z'), max: new Date('2199-12-31T00:00:00Z'), noInvalidDate: true })
  .map((date) => date.toISOString().slice(0, 10));
const nullable = <Value>(values: fc.Arbitrary<Value>) => fc.option(values, { freq: 4 });
const anyRow = fc.tuple(
  nullable(anyText),
  nullable(fc.constantFrom('EPC', 'FLAT', 'SEMI_DETACHED_HOUSE')),
  nullable(fc.integer().map(String)),
  nullable(day),
  nullable(day),
  nullable(fc.boolean().map(String)),
);

describe('a spreadsheet', () => {
  it('gives every cell of any table back with its type', async () => {
    await fc.assert(
      fc.asyncProperty(fc.array(anyRow, { minLength: 1, maxLength: 20 }), async (table) => {
        const { workbook, rows } = await read(reportOf(table));
        expect(rows).toBe(table.length);
        expect(cellsOf(workbook.worksheets[1])).toEqual(
          table.map(([text, code, whole, date, time, yesNo]) => [
            text,
            code && codeWords(code),
            whole && Number(whole),
            date && new Date(`${date}T00:00:00Z`),
            time && expect.any(Date),
            yesNo && yesNo === 'true',
          ]),
        );
      }),
      { numRuns: 40 },
    );
  });

  it('tells moments by the clock of London, and days of which Excel knows no date as text', async () => {
    const { workbook } = await read(
      reportOf([
        [null, null, null, '1900-02-28', '2026-06-15T12:30:15Z', null],
        [null, null, null, '1900-03-01', '2026-01-15T12:30:15.7Z', null],
      ]),
    );
    const cells = cellsOf(workbook.worksheets[1]);
    expect(cells.map((row) => row[3])).toEqual(['1900-02-28', new Date('1900-03-01')]);
    // exceljs reads the wall clock as if it were UTC.
    expect(cells.map((row) => (row[4] as Date).toISOString().slice(0, 19))).toEqual([
      '2026-06-15T13:30:15',
      '2026-01-15T12:30:15',
    ]);
  });

  it('never holds a formula, whatever a text looks like', async () => {
    const { workbook } = await read(reportOf([['=1+1', null, null, null, null, null]]));
    const cell = workbook.worksheets[1]?.getCell('A2');
    expect(cell?.type).toBe(ExcelJS.ValueType.String);
    expect(cell?.value).toBe('=1+1');
    // Text by format too: Excel would make a formula of it when somebody edits it.
    expect(cell?.numFmt).toBe('@');
  });

  it('has a header that stays in sight, filters over the whole table and columns wide enough', async () => {
    const { workbook } = await read(
      reportOf([
        ['a', null, null, null, null, null],
        ['b', null, null, null, null, null],
      ]),
    );
    const sheet = workbook.worksheets[1];
    expect(sheet?.name).toBe("Landlord's rows");
    expect(sheet?.views[0]).toMatchObject({ state: 'frozen', ySplit: 1 });
    expect(sheet?.autoFilter).toBe('A1:F3');
    expect(sheet?.getColumn(1).width).toBe(20);
    expect(sheet?.getCell('F1').value).toBe('A yes-no');
    expect(sheet?.getCell('D2').numFmt).not.toBe('General');
  });

  it('begins with a summary: title, facts, the number of rows, and totals', async () => {
    const report = reportOf([['a', 'EPC', '1', null, null, null]]);
    const totals = [{ ...report.rows, title: 'Totals', from: report.rows.from }];
    const { workbook } = await read({ ...report, totals });
    const summary = workbook.worksheets[0];
    expect(summary?.name).toBe('Summary');
    expect(
      summary
        ?.getSheetValues()
        .slice(1)
        .map((row) => (row as unknown[] | undefined)?.slice(1)),
    ).toEqual([
      ['Trial & error'],
      [],
      ['As of', '15 June 2026'],
      ['Rows', '1'],
      [],
      ['Totals'],
      ['A text', 'A code', 'A whole', 'A date', 'A time', 'A yes-no'],
      ['a', 'EPC', 1],
    ]);
    expect(workbook.title).toBe('Trial & error');
  });

  it('of nothing says so and still has its header', async () => {
    const { workbook, rows } = await read(reportOf([]));
    expect(rows).toBe(0);
    expect(JSON.stringify(workbook.worksheets[0]?.getSheetValues())).toContain('There is nothing.');
    expect(workbook.worksheets[1]?.rowCount).toBe(1);
    expect(workbook.worksheets[1]?.autoFilter).toBe('A1:F1');
  });

  it.each([
    [1, [1]],
    [2, [2]],
    [3, [2, 1]],
    [5, [2, 2, 1]],
  ])('of %i rows has sheets of %j where a sheet takes two', async (count, sizes) => {
    const table = Array.from({ length: count }, (_, index) => [`${index}`, null, null, null, null, null]);
    const { workbook, rows } = await read(reportOf(table), 3);
    const sheets = workbook.worksheets.slice(1);
    expect(rows).toBe(count);
    expect(sheets.map((sheet) => cellsOf(sheet).length)).toEqual(sizes);
    expect(sheets.flatMap((sheet) => cellsOf(sheet).map(([text]) => text))).toEqual(
      table.map(([text]) => text),
    );
    expect(sheets.map(({ name }) => name)).toEqual(
      sizes.map((_, index) => (index === 0 ? "Landlord's rows" : `Landlord's rows (${index + 1})`)),
    );
    expect(sheets.every((sheet) => sheet.getCell('A1').value === 'A text')).toBe(true);
  });

  it('is the same file for the same rows', async () => {
    const report = reportOf([['a', null, '1', '2026-01-01', null, 'true']]);
    expect((await read(report)).file).toEqual((await read(report)).file);
  });

  it('cuts a text that Excel would not open, never through a character', async () => {
    const report = reportOf([['a', null, null, null, null, null]]);
    const long = {
      ...report.rows.columns[0],
      value: sql`'a' || repeat('🏠', 20000)`,
    } as Report['rows']['columns'][0];
    const { workbook } = await read({ ...report, rows: { ...report.rows, columns: [long] } });
    const text = String(workbook.worksheets[1]?.getCell('A2').value);
    expect(text).toBe(`a${'🏠'.repeat(16_382)}…`);
    expect(text.length).toBeLessThanOrEqual(32_767);
  });

  it('fails as its query fails', async () => {
    const report = reportOf([['a', null, 'no number', null, null, null]]);
    await expect(read(report)).rejects.toThrow('invalid input syntax for type bigint');
  });
});
