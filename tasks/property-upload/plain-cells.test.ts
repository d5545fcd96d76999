import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { type PropertyColumn, propertyColumns } from '../../services/register/property.ts';
import type { CellType } from './cell-types.ts';
import { columns } from './columns.ts';
import { trimmed } from './trimmed.ts';

const typeOf = (name: PropertyColumn) => columns[name].type as CellType<unknown>;
const withGlance = propertyColumns.filter((name) => typeOf(name).isPlain !== undefined);

const cell = fc.oneof(
  fc.string({
    unit: fc.constantFrom(
      'a',
      '0',
      '7',
      ' ',
      '\t',
      '\n',
      '\\',
      '\u00a0',
      '\ufeff',
      'é',
      '😀',
      '\u2003',
      '\u0000',
    ),
    minLength: 1,
    maxLength: 14,
  }),
  fc.string({ unit: fc.constantFrom('0', '9', '-', 'a'), minLength: 23, maxLength: 25 }),
  fc.stringMatching(/^(\d{4}[-x]){4}\d{3,5}$/),
  fc.integer({ min: 190, max: 260 }).map((characters) => 'é'.repeat(characters)),
  fc.integer({ min: 190, max: 260 }).map((characters) => 'x'.repeat(characters)),
);

describe('a cell that is taken as it stands', () => {
  it.each(withGlance)('says the same when it is read (%s)', (name) => {
    const { isPlain, read } = typeOf(name);
    fc.assert(
      fc.property(cell, (text) => {
        const bytes = Buffer.from(`>${text}<`);
        if (!isPlain?.(bytes, 1, bytes.length - 1)) return;
        expect(trimmed(text)).toBe(text);
        expect(read(text, '2026-06-15')).toEqual({ value: text });
      }),
    );
  });

  it('is what most cells of these columns are', () => {
    const plain = (name: PropertyColumn, text: string) => {
      const bytes = Buffer.from(text);
      return typeOf(name).isPlain?.(bytes, 0, bytes.length);
    };
    expect(plain('row_reference', 'H-0001')).toBe(true);
    expect(plain('address_line_1', '1 Café Street')).toBe(true);
    expect(plain('uprn', '100000000001')).toBe(true);
    expect(plain('local_council_code', '00123')).toBe(true);
    expect(plain('epc_certificate_number', '0000-1111-2222-3333-4444')).toBe(true);
  });
});
