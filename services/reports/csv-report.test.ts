import { parse } from 'csv-parse/sync';
import fc from 'fast-check';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { reportOf, written } from '../../test/report-trial.ts';
import { createTestDatabase, type TestDatabase } from '../../test/test-database.ts';
import { defused } from '../csv/write-csv.ts';
import { csvReport } from './csv-report.ts';

let database: TestDatabase;
beforeAll(async () => {
  database = await createTestDatabase();
});
afterAll(() => database.drop());

const header = ['text', 'code', 'whole', 'date', 'time', 'yes_no'];
const read = async (rows: (string | null)[][]) => {
  const { file, rows: counted } = await written(csvReport, reportOf(rows), database);
  return { counted, records: parse(file.toString()) as string[][] };
};

it('any text comes back, defused where a spreadsheet would run it', async () => {
  const text = fc
    .string({
      unit: fc.oneof(
        fc.constantFrom(
          '=',
          '+',
          '-',
          '@',
          '\t',
          '\r',
          '\n',
          '"',
          ',',
          "'",
          '.',
          '1',
          '234',
          ',567',
          'é',
          '\\',
        ),
        fc.string({ unit: 'binary', maxLength: 1 }),
      ),
      minLength: 1,
    })
    .map((value) => value.replaceAll('\0', '').toWellFormed() || 'a');
  await fc.assert(
    fc.asyncProperty(fc.array(text, { minLength: 1, maxLength: 30 }), async (texts) => {
      const { counted, records } = await read(texts.map((one) => [one, null, null, null, null, null]));
      expect(counted).toBe(texts.length);
      expect(records).toEqual([header, ...texts.map((one) => [defused(one), '', '', '', '', ''])]);
    }),
    { numRuns: 60 },
  );
});

it('days, moments, numbers and answers are written for programs', async () => {
  const { records } = await read([
    [null, 'SEMI_DETACHED_HOUSE', '-12345', '2026-06-15', '2026-06-15T12:30:15Z', 'true'],
    [null, null, null, null, '2026-01-15T12:30:15Z', 'false'],
  ]);
  expect(records.slice(1)).toEqual([
    ['', 'SEMI_DETACHED_HOUSE', '-12345', '2026-06-15', '2026-06-15T13:30:15+01:00', 'yes'],
    ['', '', '', '', '2026-01-15T12:30:15+00:00', 'no'],
  ]);
});

it('without rows it is its header', async () => {
  expect(await read([])).toEqual({ counted: 0, records: [header] });
});
