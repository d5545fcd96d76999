import { isAscii, isUtf8 } from 'node:buffer';
import ExcelJS from 'exceljs';
import fc from 'fast-check';
import { expect, it } from 'vitest';
import { columns } from './nasty-file.ts';
import { readPackedTable, readTextTable } from './read-table.ts';
import { type Dialect, writeDialect } from './write-dialect.ts';

const header = fc.shuffledSubarray([...columns, 'a note', 'REFERENCE; of ours', ''], {
  minLength: columns.length + 3,
});
const title = fc.string({ unit: fc.constantFrom('P', ' ', ',', ';', '\t', 'é', '1') });
const pieceBytes = fc.integer({ min: 1, max: 200 });

function tables<Cell>(cell: fc.Arbitrary<Cell>): fc.Arbitrary<{ names: string[]; rows: Cell[][] }> {
  return header.chain((names) =>
    fc.record({
      names: fc.constant(names),
      rows: fc.array(fc.array(cell, { minLength: names.length, maxLength: names.length }), { maxLength: 6 }),
    }),
  );
}

const tricky = fc.constantFrom(
  'a',
  ' ',
  ',',
  '"',
  '""',
  '\r',
  '\n',
  '\r\n',
  ';',
  '\t',
  '|',
  '=',
  '\\.',
  '\\N',
);
const anyText = fc.string({
  unit: fc.oneof(
    tricky,
    fc.constantFrom('é', '€', '😀', '\ufeff', '\u00a0'),
    fc.string({ unit: 'grapheme', maxLength: 1 }),
  ),
  maxLength: 8,
});
const windowsText = fc.string({
  unit: fc.oneof(tricky, fc.constantFrom('é', '€', 'ÿ', '“', '\u00a0')),
  maxLength: 8,
});
const dialect: fc.Arbitrary<Required<Dialect>> = fc.record({
  separator: fc.constantFrom(',', ';', '\t', '|'),
  lineEnd: fc.constantFrom('\r\n', '\n', '\r'),
  quotes: fc.constantFrom('all', 'needed'),
  encoding: fc.constantFrom('utf8', 'utf8-marked', 'utf16le', 'utf16be'),
});

const text = (texts: fc.Arbitrary<string>, dialects: fc.Arbitrary<Required<Dialect>>) =>
  fc.asyncProperty(
    tables(texts.map((cell) => cell.replaceAll('\0', '').toWellFormed())),
    fc.array(title, { maxLength: 4 }),
    dialects,
    pieceBytes,
    async ({ names, rows }, titles, style, piece) => {
      const bytes = writeDialect([...titles.map((line) => [line]), names, ...rows], style);
      // Some texts of Windows-1252 happen to be UTF-8 too, and nobody could tell.
      fc.pre(style.encoding !== 'windows-1252' || isAscii(bytes) || !isUtf8(bytes));
      expect(await readTextTable(bytes, piece)).toEqual([names, ...rows]);
    },
  );

it('any table of strings comes back the same from CSV in any dialect, also below titles', async () => {
  await fc.assert(text(anyText, dialect), { numRuns: 200 });
});

it('any table of the strings that Windows-1252 has comes back the same from it', async () => {
  const windows = dialect.map((style) => ({ ...style, encoding: 'windows-1252' as const }));
  await fc.assert(text(windowsText, windows), { numRuns: 100 });
});

/** What a cell of a workbook holds, and how its sender sees it. */
interface Shown {
  value: ExcelJS.CellValue;
  shown: string;
}

const shownText = fc
  .string({
    unit: fc.oneof(
      fc.constantFrom('<', '&', '>', '"', ' ', '\n', '\t', 'é', '😀', '=', ',', '\\'),
      fc.string({ unit: 'grapheme-ascii', maxLength: 1 }),
    ),
    minLength: 1,
    maxLength: 8,
  })
  // exceljs writes these as they are, and Excel then reads an escape.
  .filter((value) => !value.includes('_x'));
const cell: fc.Arbitrary<Shown> = fc.oneof(
  shownText.map((value) => ({ value, shown: value })),
  shownText.map((value) => ({ value: { richText: [{ text: value }, { text: '!' }] }, shown: `${value}!` })),
  fc.integer({ min: -999_999, max: 999_999_999_999 }).map((value) => ({ value, shown: String(value) })),
  fc.integer({ min: 1, max: 9_999_999 }).map((pence) => ({
    value: pence / 100,
    shown: `${Math.floor(pence / 100)}.${String(pence % 100).padStart(2, '0')}`.replace(/\.?0+$/, '') || '0',
  })),
  fc.boolean().map((value) => ({ value, shown: value ? 'TRUE' : 'FALSE' })),
  fc
    .date({
      min: new Date('1904-01-02T00:00:00Z'),
      max: new Date('2199-12-31T00:00:00Z'),
      noInvalidDate: true,
    })
    .map((date) => date.toISOString().slice(0, 10))
    .map((day) => ({ value: new Date(`${day}T00:00:00Z`), shown: day })),
  fc.constant({ value: { formula: '1+1', result: 2 }, shown: '2' }),
  fc.constant({ value: null, shown: '' }),
);

it('any table comes back as it was shown from a workbook that exceljs writes', async () => {
  await fc.assert(
    fc.asyncProperty(tables(cell), fc.boolean(), pieceBytes, async ({ names, rows }, date1904, piece) => {
      const workbook = new ExcelJS.Workbook();
      workbook.properties.date1904 = date1904;
      const sheet = workbook.addWorksheet('Properties');
      sheet.addRows([['A title'], [], names, ...rows.map((cells) => cells.map(({ value }) => value))]);
      const bytes = Buffer.from(await workbook.xlsx.writeBuffer());
      const width = names.length;
      const filled = (cells: string[]) => [...cells, ...Array(width - cells.length).fill('')];
      const expected = rows.map((cells) => cells.map(({ shown }) => shown));
      expect((await readPackedTable(bytes, piece)).map(filled)).toEqual([
        names,
        ...expected.filter((cells) => cells.some((shown) => shown !== '')),
      ]);
    }),
    { numRuns: 50 },
  );
});
