import { expect, test } from 'vitest';
import { checkNesting } from './check-nesting.ts';
import { UnreadableMessage } from './envelope.ts';

const nested = (levels: number, open: string, close: string): unknown =>
  JSON.parse(`${open.repeat(levels)}1${close.repeat(levels)}`);

test.each([
  ['arrays', '[', ']'],
  ['objects', '{"a":', '}'],
])('%s may lie 200 levels deep and no deeper', (_, open, close) => {
  expect(() => checkNesting(nested(200, open, close))).not.toThrow();
  expect(() => checkNesting(nested(201, open, close))).toThrow(UnreadableMessage);
  expect(() => checkNesting(nested(100_000, open, close))).toThrow('deeper than 200 levels');
});

test.each([undefined, null, 7, 'text', [], {}, [[1, null], { a: { b: 'c' } }]])('%j is not deep', (data) => {
  expect(() => checkNesting(data)).not.toThrow();
});
