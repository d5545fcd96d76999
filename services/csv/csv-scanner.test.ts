import { parse } from 'csv-parse/sync';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { FileRejected } from '../files/file-rejected.ts';
import { type CsvRow, cellsKept } from './csv-row.ts';
import { type CsvDialect, CsvScanner } from './csv-scanner.ts';
import { csvRecord } from './write-csv.ts';

interface Row {
  line: number;
  cells: string[];
  problem?: string;
}

function scan(text: string, { pieceBytes = 1 << 20, ...dialect }: CsvDialect & { pieceBytes?: number } = {}) {
  const scanner = new CsvScanner(dialect);
  const rows: Row[] = [];
  const onRow = (row: CsvRow) => {
    const { line, problem } = row;
    rows.push({ line, cells: row.texts(), ...(problem === undefined ? {} : { problem }) });
  };
  const bytes = Buffer.from(text);
  for (let at = 0; at < bytes.length; at += pieceBytes) {
    scanner.write(bytes.subarray(at, at + pieceBytes), onRow);
  }
  scanner.end(onRow);
  return rows;
}

const cells = (text: string) => scan(text).map((row) => row.cells);
const lines = (text: string) => scan(text).map((row) => row.line);

describe('the CSV scanner', () => {
  it.each<[string, string, string[][]]>([
    [
      'cells between commas',
      'a,b\r\nc,d\r\n',
      [
        ['a', 'b'],
        ['c', 'd'],
      ],
    ],
    [
      'a missing last line end',
      'a,b\nc,d',
      [
        ['a', 'b'],
        ['c', 'd'],
      ],
    ],
    ['a lone CR as a line end', 'a\rb\rc', [['a'], ['b'], ['c']]],
    ['mixed line ends', 'a\r\nb\nc\rd\n', [['a'], ['b'], ['c'], ['d']]],
    ['commas in quotes', '"a,b",c', [['a,b', 'c']]],
    ['line breaks in quotes as they are', '"a\r\nb\rc\nd"', [['a\r\nb\rc\nd']]],
    ['doubled quotes', '"a ""b"" c",""""', [['a "b" c', '"']]],
    [
      'empty cells',
      ',\n,,',
      [
        ['', ''],
        ['', '', ''],
      ],
    ],
    ['a trailing comma at the end of the file', 'a,', [['a', '']]],
    ['an empty quoted cell as a row', 'a\n""\nb', [['a'], [''], ['b']]],
    ['blanks round a cell as they are', ' a , b ', [[' a ', ' b ']]],
    ['no row for blank lines', '\n \t\r\n\r\ra\n\n \n', [['a']]],
    ['a line of commas as a row', 'a\n,,\n', [['a'], ['', '', '']]],
    ['a line with a no-break space as a row', '\u00a0\n', [['\u00a0']]],
    ['nothing for nothing', '', []],
  ])('reads %s', (_, text, expected) => {
    expect(cells(text)).toEqual(expected);
  });

  it('counts CRLF, LF and a lone CR as one line each, in quotes and in blank lines too', () => {
    expect(lines('a\r\nb\rc\n\n\r\nd')).toEqual([1, 2, 3, 6]);
    expect(lines('"x\r\ny\rz\n",1\nnext')).toEqual([1, 5]);
    expect(lines('\r\n\r\n\n\rfirst')).toEqual([5]);
    expect(lines('"\r","\n",x\nnext')).toEqual([1, 4]);
  });

  it('makes a quote inside an unquoted cell a bad row that ends with its line', () => {
    expect(scan('a,5" pipe,"c\nd",e\nf\n')).toEqual([
      {
        line: 1,
        cells: ['a', '5" pipe', '"c'],
        problem: 'a quote stands inside an unquoted cell on line 1',
      },
      { line: 2, cells: ['d"', 'e'], problem: 'a quote stands inside an unquoted cell on line 2' },
      { line: 3, cells: ['f'] },
    ]);
    expect(scan(' "a"\nb')[0]).toMatchObject({
      cells: [' "a"'],
      problem: expect.stringContaining('unquoted'),
    });
  });

  it('makes text behind a closing quote a bad row that ends with its line', () => {
    expect(scan('"a ""b"""c,"d\ne\n')).toEqual([
      {
        line: 1,
        cells: ['"a ""b"""c', '"d'],
        problem: 'text stands behind a closing quote on line 1',
      },
      { line: 2, cells: ['e'] },
    ]);
    expect(scan('"a\nb" ,c\nd')).toEqual([
      { line: 1, cells: ['"a\nb" ', 'c'], problem: 'text stands behind a closing quote on line 2' },
      { line: 3, cells: ['d'] },
    ]);
  });

  it.each([
    ['a\r\n"b', 2],
    ['a,"b\nc\nd\n', 1],
    ['"a\nb","c""', 2],
    ['"', 1],
    ['x\n\n"a","b\n', 3],
  ])('rejects %j and names line %i, where the quote opens', (text, line) => {
    for (const pieceBytes of [1, 1000]) {
      expect(() => scan(text, { pieceBytes })).toThrow(
        new FileRejected(
          `The quote that opens on line ${line} is never closed: close it or take it away, and upload the file again`,
        ),
      );
    }
  });

  it.each([1, 3, 1000])(
    'keeps no more than its limit of a row, and reads on behind it (pieces of %i)',
    (pieceBytes) => {
      const tooLong = 'the row is longer than 20 bytes';
      const limited = (text: string) => scan(text, { pieceBytes, rowBytes: 20 });
      expect(limited(`"${'x'.repeat(50)}\n""${'y'.repeat(50)}",z\nb,c\n`)).toEqual([
        { line: 1, cells: ['x'.repeat(19), ''], problem: tooLong },
        { line: 3, cells: ['b', 'c'] },
      ]);
      expect(limited(`a,b,${'x'.repeat(50)},"c,d"\nb`)).toEqual([
        { line: 1, cells: ['a', 'b', 'x'.repeat(16), ''], problem: tooLong },
        { line: 2, cells: ['b'] },
      ]);
      expect(limited(`${' '.repeat(21)}\n${' '.repeat(20)}\n`)).toEqual([
        { line: 1, cells: [' '.repeat(20)], problem: tooLong },
      ]);
      expect(limited(`"${'""'.repeat(20)}"`)).toEqual([
        { line: 1, cells: ['"'.repeat(10)], problem: tooLong },
      ]);
      expect(limited(`${'x'.repeat(20)}\n${'x'.repeat(25)}"y,"z"\n`)).toMatchObject([
        { cells: ['x'.repeat(20)] },
        { cells: ['x'.repeat(20), ''], problem: 'a quote stands inside an unquoted cell on line 2' },
      ]);
    },
  );

  it('counts cells that it does not keep', () => {
    const scanner = new CsvScanner();
    const counts: [number, number, string][] = [];
    const onRow = (row: CsvRow) => counts.push([row.cellCount, row.texts().length, row.text(cellsKept)]);
    scanner.write(Buffer.from(`${'x,'.repeat(cellsKept)}x\n${'x,'.repeat(9)}x\n`), onRow);
    expect(counts).toEqual([
      [cellsKept + 1, cellsKept, ''],
      [10, 10, ''],
    ]);
  });

  it.each([';', '\t', '|'])('takes %j between cells, if it is told so', (separator) => {
    const text = ['a', '"b,c"', 'd,e', ''].join(separator);
    expect(scan(`${text}\n${separator}\n\n`, { separator }).map((row) => row.cells)).toEqual([
      ['a', 'b,c', 'd,e', ''],
      ['', ''],
    ]);
  });
});

const cell = fc.oneof(
  fc.string({ unit: fc.constantFrom('a', ' ', ',', '"', '\r', '\n', '\r\n', 'é', '😀', '\t', ';', '=') }),
  fc.string({ unit: 'grapheme' }),
  fc.constant(''),
);
const table = fc.array(fc.array(cell, { minLength: 1, maxLength: 5 }), { maxLength: 8 });

/** Any dialect of RFC 4180: each cell quoted or, where it may be, not; each line end of its own. */
const dialect = fc.infiniteStream(
  fc.record({ quote: fc.boolean(), end: fc.constantFrom('\r\n', '\n', '\r') }),
);

describe('any table of strings', () => {
  it('comes back the same from any dialect, whatever the pieces', () => {
    fc.assert(
      fc.property(
        table,
        dialect,
        fc.constantFrom(',', ';', '\t', '|'),
        fc.integer({ min: 1, max: 9 }),
        fc.boolean(),
        (rows, style, separator, pieceBytes, last) => {
          let text = '';
          rows.forEach((row, index) => {
            let end = '';
            text += row
              .map((value) => {
                const { quote, end: wanted } = style.next().value;
                end = wanted;
                const must =
                  /["\r\n]/.test(value) ||
                  value.includes(separator) ||
                  (row.length === 1 && /^[ \t]*$/.test(value));
                return quote || must ? `"${value.replaceAll('"', '""')}"` : value;
              })
              .join(separator);
            if (last || index < rows.length - 1) text += end;
          });
          expect(scan(text, { pieceBytes, separator }).map((row) => row.cells)).toEqual(rows);
        },
      ),
      { numRuns: 300 },
    );
  });

  it('comes back the same from our own writer', () => {
    fc.assert(
      fc.property(table, (rows) => {
        expect(scan(rows.map((row) => csvRecord(row)).join('')).map((row) => row.cells)).toEqual(rows);
      }),
      { numRuns: 300 },
    );
  });
});

describe('any text', () => {
  const text = fc.string({ unit: fc.constantFrom('a', ' ', ',', '"', '\r', '\n', 'é'), maxLength: 40 });

  it('is read the same in pieces of any length', () => {
    fc.assert(
      fc.property(
        text,
        fc.integer({ min: 1, max: 5 }),
        fc.integer({ min: 1, max: 50 }),
        (input, pieceBytes, rowBytes) => {
          const outcome = (size: number) => {
            try {
              return scan(input, { pieceBytes: size, rowBytes });
            } catch (error) {
              return (error as Error).message;
            }
          };
          expect(outcome(pieceBytes)).toEqual(outcome(1000));
        },
      ),
      {
        numRuns: 1000,
        examples: [
          [',""a', 1, 1],
          ['"",a"', 1, 1],
        ],
      },
    );
  });

  it('is read as csv-parse reads it, where csv-parse accepts it', () => {
    let agreed = 0;
    fc.assert(
      fc.property(text, (input) => {
        let theirs: string[][];
        try {
          theirs = parse(input, {
            record_delimiter: ['\r\n', '\n', '\r'],
            relax_column_count: true,
            skip_empty_lines: false,
          });
        } catch {
          return;
        }
        let ours: Row[];
        try {
          ours = scan(input, { pieceBytes: 1 });
        } catch {
          return expect.unreachable(`csv-parse reads ${JSON.stringify(input)}`);
        }
        expect(ours.every((row) => row.problem === undefined)).toBe(true);
        const filled = (row: string[]) => row.length > 1 || !/^[ \t]*$/.test(row[0] ?? '');
        expect(ours.map((row) => row.cells).filter(filled)).toEqual(theirs.filter(filled));
        agreed += 1;
      }),
      { numRuns: 1000 },
    );
    expect(agreed).toBeGreaterThan(100);
  });
});
