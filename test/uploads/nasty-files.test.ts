import fc from 'fast-check';
import { afterAll, beforeAll, beforeEach, expect, it } from 'vitest';
import { propertyColumns } from '../../services/register/property.ts';
import handler from '../../tasks/property-upload/handler.ts';
import { type HandlerTrial, tryHandlers } from '../handler-trial.ts';
import { foreignFiles } from './foreign-files.ts';
import { columns, type NastyFile, row, stored } from './nasty-file.ts';
import { packedFiles } from './packed-files.ts';
import { textFiles } from './text-files.ts';
import { workbookFiles } from './workbook-files.ts';
import { writeDialect } from './write-dialect.ts';
import { textRows, writeWorkbook } from './write-workbook.ts';
import { writeZip } from './write-zip.ts';

let trial: HandlerTrial;
beforeAll(async () => {
  trial = await tryHandlers();
});
afterAll(() => trial.close());
beforeEach(async () => {
  await trial.database.pool.query('DELETE FROM property');
});

async function registered(): Promise<unknown[]> {
  const { rows } = await trial.database.pool.query<{ property: Record<string, unknown> }>(
    'SELECT to_jsonb(property) AS property FROM property ORDER BY row_reference COLLATE "C"',
  );
  return rows.map(({ property }) =>
    Object.fromEntries(propertyColumns.map((name) => [name, property[name]])),
  );
}

const files: NastyFile[] = [...textFiles, ...foreignFiles, ...packedFiles, ...workbookFiles];

it.each(files.map((file) => [file.with, file] as const))('a file with %s', async (_, file) => {
  const { content, loads = [], reports, warns = [], isRejected } = file;
  const bytes = typeof content === 'function' ? await content() : content;
  const input = { file: await trial.upload(bytes), landlordId: 'L' };
  const { result } = await trial.attempt(handler, input);
  const { outcome, reason, warnings, errorReport } = result;
  const report = errorReport && (await trial.download(errorReport)).split('\r\n');
  expect({ outcome, reason, warnings, report, loaded: await registered() }).toEqual({
    outcome: isRejected === undefined ? 'loaded' : 'rejected',
    reason: isRejected,
    warnings: warns,
    report: reports,
    loaded: loads,
  });
});

const formats: Record<string, (rows: string[][]) => Buffer> = {
  commas: (rows) => writeDialect(rows),
  'semicolons in UTF-16': (rows) => writeDialect(rows, { separator: ';', encoding: 'utf16le' }),
  'a workbook': (rows) => writeWorkbook({ rows: textRows(rows) }),
  'a ZIP of tabs': (rows) => writeZip({ name: 'list.txt', content: writeDialect(rows, { separator: '\t' }) }),
  'a ZIP of a workbook': (rows) =>
    writeZip({ name: 'list.xlsx', content: writeWorkbook({ rows: textRows(rows) }) }),
};

it('any mix of good and bad rows loads exactly the good ones, whatever the format', async () => {
  const kind = fc.constantFrom('good', 'good', 'bad', 'long', 'repeat');
  const mix = fc.array(kind, { minLength: 1, maxLength: 20 });
  await fc.assert(
    fc.asyncProperty(mix, fc.constantFrom(...Object.keys(formats)), async (kinds, format) => {
      await trial.database.pool.query('DELETE FROM property');
      const rows = kinds.map((one, index) => {
        const uprn = one === 'bad' ? 'x' : String(index + 1);
        const cells = row({ row_reference: one === 'repeat' ? 'again' : `R${index}`, uprn });
        return one === 'long' ? [...cells, 'more'] : cells;
      });
      const good = kinds.map(
        (one, index) => one === 'good' || (one === 'repeat' && kinds.indexOf(one) === index),
      );
      const file = await trial.upload(formats[format]?.([[...columns], ...rows]) ?? '');
      const { result } = await trial.attempt(handler, { file, landlordId: 'L' });
      const report = result.errorReport && (await trial.download(result.errorReport));
      const badLines = good.flatMap((isGood, index) => (isGood ? [] : [String(index + 2)]));
      expect(report?.match(/(?<=yes,yes,)\d+(?=,)/g) ?? []).toEqual(badLines);
      expect(await registered()).toEqual(
        rows
          .filter((_, index) => good[index])
          .map(([reference, uprn]) => stored({ row_reference: reference, uprn: Number(uprn) }))
          .toSorted((a, b) => (String(a.row_reference) < String(b.row_reference) ? -1 : 1)),
      );
    }),
    { numRuns: 15 },
  );
});
