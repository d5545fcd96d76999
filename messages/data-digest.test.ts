import fc from 'fast-check';
import { expect, test } from 'vitest';
import { dataDigest } from './data-digest.ts';
import { UnreadableMessage } from './envelope.ts';

test('the order of keys does not matter, the order of items does', () => {
  expect(dataDigest({ a: 1, b: { c: 2, d: 3 } })).toBe(dataDigest({ b: { d: 3, c: 2 }, a: 1 }));
  expect(dataDigest([1, 2])).not.toBe(dataDigest([2, 1]));
});

test('missing data and null differ', () => {
  expect(dataDigest(undefined)).not.toBe(dataDigest(null));
});

test('data has the same digest after a journey as JSON', () => {
  fc.assert(
    fc.property(fc.jsonValue(), (data) => {
      expect(dataDigest(JSON.parse(JSON.stringify(data)))).toBe(dataDigest(data));
    }),
  );
});

test('data that is nested deeper than JSON can be written is unreadable', () => {
  const deep = JSON.parse('['.repeat(100_000) + ']'.repeat(100_000));
  expect(() => dataDigest(deep)).toThrow(UnreadableMessage);
});
