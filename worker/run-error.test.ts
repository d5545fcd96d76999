import { expect, test } from 'vitest';
import { runErrorOf } from './run-error.ts';

test('anything thrown becomes an error that can be kept', () => {
  expect(runErrorOf('text')).toMatchObject({ name: 'Error', message: 'text' });
  expect(runErrorOf(undefined)).toMatchObject({ message: 'undefined' });
  const bare = new TypeError('bare');
  delete bare.stack;
  expect(runErrorOf(bare)).toEqual({ name: 'TypeError', message: 'bare' });
  expect(runErrorOf(Object.create(null))).toMatchObject({ message: 'object without a text' });
  const odd = Object.assign(new Error('odd'), { message: { code: 7 }, name: undefined });
  expect(runErrorOf(odd)).toMatchObject({ name: 'undefined', message: '[object Object]' });
  expect(runErrorOf(new Error('x'.repeat(100_000))).message).toHaveLength(8_001);
});
