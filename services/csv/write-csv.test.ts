import { parse } from 'csv-parse/sync';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { csvRecord, defused } from './write-csv.ts';

describe('a written record', () => {
  it('is quoted only where it must be', () => {
    expect(csvRecord(['a', 'b c', ''])).toBe('a,b c,\r\n');
    expect(csvRecord(['a,b', 'say "x"', 'two\nlines', ' edge'])).toBe(
      '"a,b","say ""x""","two\nlines"," edge"\r\n',
    );
    expect(csvRecord([''])).toBe('""\r\n');
    expect(csvRecord(['', ''])).toBe(',\r\n');
  });

  it('is read by csv-parse as it was meant', () => {
    fc.assert(
      fc.property(fc.array(fc.string({ unit: 'binary' }), { minLength: 1 }), (cells) => {
        expect(parse(csvRecord(cells), { record_delimiter: '\r\n' })).toEqual([cells]);
      }),
    );
  });
});

describe('a cell that a spreadsheet would run', () => {
  it.each([
    '=1+1',
    '+44 20',
    '-x',
    '@SUM(A1)',
    '\tx',
    '\rx',
    '=',
    '-',
    '+',
    '-1+cmd',
    '+1-1',
    '-5 000',
    '--5',
  ])('%j is defused', (cell) => {
    expect(defused(cell)).toBe(`'${cell}`);
  });

  it.each(['', 'a=b', '-5', '+3.5', '-1,234.50', '+.5', '1+1', "'=1", ' =1', '-10000'])(
    '%j is no formula',
    (cell) => {
      expect(defused(cell)).toBe(cell);
    },
  );
});
