import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { compilePattern } from './pattern.ts';

const event = {
  source: 'aws.guardduty',
  'detail-type': 'Scan',
  resources: ['arn:one', 'arn:two'],
  detail: {
    name: 'Property.CSV',
    size: 42,
    ratio: -0.5,
    ip: '10.0.0.7',
    ok: true,
    none: null,
    empty: '',
    list: [
      { a: 1, b: 2 },
      { a: 3, b: 4 },
    ],
    nested: { deep: ['x', 'y'] },
  },
};
const fits = (pattern: unknown) => compilePattern(pattern)(event);
const detail = (inner: object) => fits({ detail: inner });

describe('an event pattern', () => {
  it.each<[string, object, boolean]>([
    ['an exact text', { name: ['Property.CSV'] }, true],
    ['one of several', { name: ['other', 'Property.CSV'] }, true],
    ['another case', { name: ['property.csv'] }, false],
    ['a number', { size: [42] }, true],
    ['a number as text', { size: ['42'] }, false],
    ['true', { ok: [true] }, true],
    ['null', { none: [null] }, true],
    ['null for a missing field', { nobody: [null] }, false],
    ['an empty text', { empty: [''] }, true],
    ['prefix', { name: [{ prefix: 'Prop' }] }, true],
    ['prefix, without case', { name: [{ prefix: { 'equals-ignore-case': 'pROP' } }] }, true],
    ['suffix', { name: [{ suffix: '.CSV' }] }, true],
    ['suffix, other case', { name: [{ suffix: '.csv' }] }, false],
    ['suffix, without case', { name: [{ suffix: { 'equals-ignore-case': '.csv' } }] }, true],
    ['prefix of a number', { size: [{ prefix: '4' }] }, false],
    ['equals-ignore-case', { name: [{ 'equals-ignore-case': 'PROPERTY.csv' }] }, true],
    ['anything-but', { name: [{ 'anything-but': 'x' }] }, true],
    ['anything-but itself', { name: [{ 'anything-but': ['x', 'Property.CSV'] }] }, false],
    ['anything-but a number', { size: [{ 'anything-but': [41, 43] }] }, true],
    ['anything-but for a missing field', { nobody: [{ 'anything-but': 'x' }] }, false],
    ['anything-but prefix', { name: [{ 'anything-but': { prefix: 'Prop' } }] }, false],
    ['anything-but suffixes', { name: [{ 'anything-but': { suffix: ['.png', '.gif'] } }] }, true],
    [
      'anything-but without case',
      { name: [{ 'anything-but': { 'equals-ignore-case': 'property.csv' } }] },
      false,
    ],
    ['anything-but wildcard', { name: [{ 'anything-but': { wildcard: '*.CSV' } }] }, false],
    ['exists', { name: [{ exists: true }] }, true],
    ['exists for a missing field', { nobody: [{ exists: true }] }, false],
    ['exists false', { nobody: [{ exists: false }] }, true],
    ['exists false in a missing object', { nobody: { deeper: [{ exists: false }] } }, true],
    ['exists false for a field that is there', { name: [{ exists: false }] }, false],
    ['exists for an object, which is no leaf', { nested: [{ exists: true }] }, false],
    ['numeric', { size: [{ numeric: ['>', 0, '<=', 42] }] }, true],
    ['numeric equality', { ratio: [{ numeric: ['=', -0.5] }] }, true],
    ['numeric beyond', { size: [{ numeric: ['<', 42] }] }, false],
    ['numeric of a text', { name: [{ numeric: ['>', 0] }] }, false],
    ['cidr', { ip: [{ cidr: '10.0.0.0/24' }] }, true],
    ['cidr elsewhere', { ip: [{ cidr: '10.0.1.0/24' }] }, false],
    ['cidr of the other family', { ip: [{ cidr: '::/0' }] }, false],
    ['wildcard', { name: [{ wildcard: 'P*.C*V' }] }, true],
    ['wildcard that overlaps', { name: [{ wildcard: 'Property.CSV*V' }] }, false],
    ['an item of a list', { nested: { deep: ['y'] } }, true],
    ['two fields of one object in a list', { list: { a: [1], b: [2] } }, true],
    ['two fields of different objects in a list', { list: { a: [1], b: [4] } }, false],
    ['$or', { $or: [{ size: [1] }, { name: [{ prefix: 'Prop' }] }] }, true],
    ['$or of nothing that fits', { $or: [{ size: [1] }, { size: [2] }] }, false],
    ['$or beside a field that does not fit', { ok: [false], $or: [{ size: [42] }, { size: [2] }] }, false],
    ['a field inside a text', { name: { inner: ['x'] } }, false],
  ])('compares %s', (_title, pattern, expected) => {
    expect(detail(pattern)).toBe(expected);
  });

  it('needs every field and any item of a list in the event', () => {
    expect(fits({ source: ['aws.guardduty'], resources: ['arn:two'] })).toBe(true);
    expect(fits({ source: ['aws.guardduty'], resources: ['arn:three'] })).toBe(false);
  });

  it.each<[string, unknown, RegExp]>([
    ['a list', [], /JSON object/],
    ['an empty object', {}, /empty pattern/],
    ['a bare value', { source: 'aws.s3' }, /at source: values stand in a list/],
    ['an empty list', { source: [] }, /at source/],
    ['an unknown comparison', { detail: { a: [{ like: 'x' }] } }, /at detail.a.*no comparison/],
    ['a prefix of a number', { a: [{ prefix: 3 }] }, /prefix takes a text/],
    ['a half comparison', { a: [{ numeric: ['>'] }] }, /numeric takes/],
    ['three comparisons', { a: [{ numeric: ['>', 1, '<', 2, '<', 3] }] }, /one or two/],
    ['a bad block', { a: [{ cidr: '10.0.0.0/99' }] }, /cidr takes a block/],
    ['two stars in a row', { a: [{ wildcard: 'a**b' }] }, /no two/],
    ['an unknown literally', { a: [{ wildcard: 'a\\b' }] }, /escapes/],
    ['exists of a word', { a: [{ exists: 'yes' }] }, /exists takes/],
    ['anything-but of exists', { a: [{ 'anything-but': { exists: true } }] }, /does not take "exists"/],
    ['anything-but of null', { a: [{ 'anything-but': [null] }] }, /anything-but takes/],
    ['an $or of one', { $or: [{ a: [1] }] }, /at least two/],
  ])('refuses %s and names the place', (_title, pattern, message) => {
    expect(() => compilePattern(pattern)).toThrow(message);
  });

  it('finds every text by its own beginning and end, and by a wildcard that is cut out of it', () => {
    fc.assert(
      fc.property(fc.string(), fc.string(), fc.string(), (start, middle, end) => {
        const value = { field: start + middle + end };
        const literally = (text: string) => text.replace(/[\\*]/g, '\\$&');
        expect(compilePattern({ field: [{ prefix: start }] })(value)).toBe(true);
        expect(compilePattern({ field: [{ suffix: end }] })(value)).toBe(true);
        expect(
          compilePattern({ field: [{ wildcard: `${literally(start)}*${literally(end)}` }] })(value),
        ).toBe(true);
        expect(compilePattern({ field: [{ wildcard: literally(value.field) }] })(value)).toBe(true);
      }),
    );
  });

  it('agrees with a regular expression about wildcards', () => {
    const letters = fc.string({ unit: fc.constantFrom('a', 'b'), maxLength: 6 });
    fc.assert(
      fc.property(
        fc.array(
          letters.filter((piece) => piece !== ''),
          { minLength: 1, maxLength: 4 },
        ),
        letters,
        (pieces, value) => {
          const wildcard = pieces.join('*');
          expect(compilePattern({ f: [{ wildcard }] })({ f: value })).toBe(
            new RegExp(`^${pieces.join('.*')}$`).test(value),
          );
        },
      ),
    );
  });
});
