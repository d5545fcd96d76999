import { expect, test } from 'vitest';
import { md5OfAttributes, md5OfText } from './md5.ts';

test('the digest of a body is that of its UTF-8', () => {
  expect(md5OfText('hello')).toBe('5d41402abc4b2a76b9719d911017c592');
  expect(md5OfText('é')).not.toBe(md5OfText('e'));
});

test('digests of attributes are those that AWS answered, whatever order they were given in', () => {
  expect(
    md5OfAttributes({
      Foo: { DataType: 'String', StringValue: 'Bar' },
      Count: { DataType: 'Number', StringValue: '1' },
    }),
  ).toBe('324758f82d026ac6ec5b31a3b192d1e3');
  expect(
    md5OfAttributes({
      Hello: { DataType: 'String', StringValue: 'There' },
      General: { DataType: 'String', StringValue: 'Kenobi' },
    }),
  ).toBe('fca026605781cb4126a1e9044df24232');
});

test('a binary value counts by its bytes and as binary', () => {
  const text = md5OfAttributes({ a: { DataType: 'Binary', StringValue: 'x' } });
  expect(md5OfAttributes({ a: { DataType: 'Binary', BinaryValue: 'eA==' } })).not.toBe(text);
  expect(md5OfAttributes({ a: { DataType: 'Binary', BinaryValue: 'eA' } })).toBe(
    md5OfAttributes({ a: { DataType: 'Binary', BinaryValue: 'eA==' } }),
  );
});
