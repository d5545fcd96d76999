import { expect, it } from 'vitest';
import type { CsvRow } from '../csv/csv-row.ts';
import { FileRejected } from '../files/file-rejected.ts';
import { XmlScanner } from '../xml/xml-scanner.ts';
import { SharedStrings } from './shared-strings.ts';
import { type SheetLimits, SheetReader } from './sheet-reader.ts';

function read(
  rows: string,
  { strings = new SharedStrings(), ...limits }: SheetLimits & { strings?: SharedStrings } = {},
) {
  const reader = new SheetReader({ strings, styles: [], from1904: false }, limits);
  const told: unknown[] = [];
  const onRow = (row: CsvRow) => told.push([row.line, row.texts(), row.problem]);
  reader.write(Buffer.from(`<worksheet><sheetData>${rows}</sheetData></worksheet>`), onRow);
  reader.end();
  return told;
}

function shared(texts: string[], limits?: { bytes?: number; strings?: number }): SharedStrings {
  const strings = new SharedStrings(limits);
  const scanner = new XmlScanner(strings);
  scanner.write(Buffer.from(`<sst>${texts.map((text) => `<si><t>${text}</t></si>`).join('')}</sst>`));
  scanner.end();
  return strings;
}

const cell = (text: string) => `<c t="str"><v>${text}</v></c>`;

it('keeps no more than its limit of a row, and reads on behind it', () => {
  const rows = `<row>${cell('a')}${cell('x'.repeat(30))}${cell('b')}</row><row>${cell('c')}</row>`;
  expect(read(rows, { rowBytes: 20 })).toEqual([
    [1, ['a', 'x'.repeat(19)], 'the row is longer than 20 bytes'],
    [2, ['c'], undefined],
  ]);
});

it('refuses a sheet that says one long text again and again', () => {
  const strings = shared(['x'.repeat(100)]);
  const row = `<row>${'<c t="s"><v>0</v></c>'.repeat(5)}</row>`;
  expect(read(row.repeat(2), { strings, textBytes: 1000 })).toHaveLength(2);
  expect(() => read(row.repeat(3), { strings, textBytes: 1000 })).toThrow(
    new FileRejected('The sheet has more than 1000 bytes of text: split it and upload the parts'),
  );
});

it('finds every one of many shared texts, whatever their length', () => {
  const texts = Array.from({ length: 3000 }, (_, number) => `${number}é`.repeat(1 + (number % 400)));
  const strings = shared(texts);
  const found = texts.map((_, number) => {
    const place = strings.find(number);
    return place?.bytes.toString('utf8', place.start, place.end);
  });
  expect(found).toEqual(texts);
  expect([strings.find(texts.length), strings.find(-1), strings.find(Number.NaN)]).toEqual([
    undefined,
    undefined,
    undefined,
  ]);
});

it('refuses more shared texts than fit into memory', () => {
  const reason = /^The workbook holds more different texts than can be read at once: save it as "CSV UTF-8"/;
  expect(() => shared(['a', 'b', 'c'], { strings: 2 })).toThrow(reason);
  expect(() => shared(['aaaa', 'bbbb', 'cccc'], { bytes: 10 })).toThrow(reason);
});
