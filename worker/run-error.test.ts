import { expect, test } from 'vitest';
import { runErrorOf } from './run-error.ts';

test('anything thrown becomes an error that can be kept', () => {
  expect(runErrorOf('text')).toMatchObject({ name: 'Error', message: 'text' });
  expect(runErrorOf(undefined)).toMatchObject({ message: 'undefined' });
  const bare = new TypeError('bare');
  delete bare.stack;
  expect(runErrorOf(bare)).toEqual({ name: 'TypeError', message: 'bare' });
  expect(runErrorOf(new Error('x'.repeat(100_000))).message).toHaveLength(8_001);
});
