import { readFile } from 'node:fs/promises';
import path from 'node:path';
import { parse } from 'csv-parse/sync';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { propertyColumns } from '../services/register/property.ts';
import handler from '../tasks/property-upload/handler.ts';
import { type HandlerTrial, tryHandlers } from '../test/handler-trial.ts';
import { exampleProperties } from './generate-properties.ts';

let trial: HandlerTrial;
beforeAll(async () => {
  trial = await tryHandlers();
});
afterAll(() => trial.close());

const read = (name: string) => readFile(path.join(import.meta.dirname, name), 'utf8');

it('the example file is what its generator makes: run node examples/generate-properties.ts', async () => {
  const { csv, expected } = exampleProperties();
  expect(await read('properties.csv')).toBe(csv);
  expect(JSON.parse(await read('properties.expected.json'))).toEqual(expected);
});

it('the example file has a mistake in every column that can have one, and in whole rows', () => {
  const wrong = new Set(
    Object.values(exampleProperties().expected.errors).flatMap((columns) => columns.split('; ')),
  );
  expect(['row', ...propertyColumns].filter((name) => !wrong.has(name))).toEqual([
    'address_line_2',
    'county',
  ]);
});

it.each(['2026-10-01', '2026-11-23', '2040-02-29', '2198-12-31'])(
  'the example file is loaded on %s as expected',
  async (day) => {
    const { expected } = exampleProperties();
    const file = await trial.upload(await read('properties.csv'));
    await trial.database.pool.query('TRUNCATE property');
    const { result } = await trial.attempt(
      handler,
      { file, landlordId: 'L-1' },
      { sentAt: new Date(`${day}T12:00Z`) },
    );
    expect(result).toMatchObject({ outcome: 'loaded', loaded: expected.loaded, rejected: expected.rejected });
    expect(result.warnings).toEqual(['Column "notes" is unknown and ignored']);
    expect(result.summary.some((line) => line.startsWith('nearly'))).toBe(false);
    const report = result.errorReport === undefined ? '' : await trial.download(result.errorReport);
    const errors = (parse(report, { columns: true }) as { row_number: string; errors: string }[]).map(
      (row) => [
        row.row_number,
        row.errors
          .split('; ')
          .map((error) => error.split(':')[0])
          .join('; '),
      ],
    );
    expect(Object.fromEntries(errors)).toEqual(expected.errors);
    expect(report).toContain(`"'=HYPERLINK(""http://example.org"")"`);
    expect(report).toContain("'@SUM(A1:A9)");
  },
);
