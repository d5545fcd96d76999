import { writeFile } from 'node:fs/promises';
import path from 'node:path';
import { type Mistake, mistakes } from './property-mistakes.ts';
import { type ExampleRow, exampleColumns, goodRow } from './property-rows.ts';

/** What must become of the example file, whatever the day on which it is loaded into an empty register. */
export interface ExpectedUpload {
  rows: number;
  loaded: number;
  rejected: number;
  /** The columns under which each bad row's errors stand, with `; ` between them, by the line on which it starts. */
  errors: Record<string, string>;
}

const rowCount = 300;
const firstMistake = 10;

/** The example file: mostly good rows and every kind of mistake that a row can have, always the same. */
export function exampleProperties(): { csv: string; expected: ExpectedUpload } {
  const records = [record(exampleColumns)];
  const errors: Record<string, string> = {};
  let line = 2;
  for (let index = 0; index < rowCount; index += 1) {
    const { text, columns } = exampleRecord(index);
    if (columns.length > 0) errors[line] = columns.join('; ');
    records.push(text);
    line += text.split(/\r\n|\n/).length - 1;
  }
  const rejected = Object.keys(errors).length;
  return {
    csv: records.join(''),
    expected: { rows: rowCount, loaded: rowCount - rejected, rejected, errors },
  };
}

/** Every fourth row has a mistake, until all have been made. */
function exampleRecord(index: number): { text: string; columns: string[] } {
  const slot = (index - firstMistake) / 4;
  const found = Number.isInteger(slot) && slot >= 0 ? slot : Number.POSITIVE_INFINITY;
  const mistake: Mistake | undefined = mistakes[found];
  const row = goodRow(index);
  if (mistake !== undefined) {
    return { text: record(cells({ ...row, ...mistake.changes })), columns: mistake.errors };
  }
  const text = record(cells(row));
  const inLine: { text: string; columns: string[] }[] = [
    { text: record(cells({ ...row, row_reference: 'H-0001' })), columns: ['row_reference'] },
    { text: record(cells({ ...row, uprn: `0${goodRow(1).uprn}` })), columns: ['uprn'] },
    {
      text: record(
        cells({ ...goodRow(4), ...sameAddress(goodRow(4)), row_reference: row.row_reference ?? '' }),
      ),
      columns: ['address_line_1'],
    },
    { text: `${record(cells(row)).trimEnd()},one,two\r\n`, columns: ['row'] },
    { text: record(cells(row).slice(0, 20)), columns: ['row'] },
    { text: record(cells({ ...row, notes: '' })).replace(/,\r\n$/, ',needs 15" pipe\r\n'), columns: ['row'] },
    { text: record(cells({ ...row, notes: '' })).replace(/,\r\n$/, ',"damp" cellar\r\n'), columns: ['row'] },
  ];
  return inLine[found - mistakes.length] ?? { text, columns: [] };
}

/** Spelled otherwise, and still the same address. */
function sameAddress({ address_line_1 = '', postcode = '' }: ExampleRow): ExampleRow {
  return {
    address_line_1: `${address_line_1.toUpperCase()}.`,
    postcode: postcode.replace(' ', '').toLowerCase(),
  };
}

function cells(row: ExampleRow): string[] {
  return exampleColumns.map((name) => row[name] ?? '');
}

function record(values: readonly string[]): string {
  return `${values.map((value) => (/[",\n]/.test(value) ? `"${value.replaceAll('"', '""')}"` : value)).join(',')}\r\n`;
}

if (import.meta.main) {
  const { csv, expected } = exampleProperties();
  await writeFile(path.join(import.meta.dirname, 'properties.csv'), csv);
  await writeFile(
    path.join(import.meta.dirname, 'properties.expected.json'),
    `${JSON.stringify(expected, null, 2)}\n`,
  );
}
