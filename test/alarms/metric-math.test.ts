import { expect, test } from 'vitest';
import { metricMath } from './metric-math.ts';

const metrics = { a: [1, undefined, 3], b: [5, 5, 0] };

test('arithmetic, comparisons and logic work period by period, and silence stays silence', () => {
  expect(metricMath('a + b * 2', metrics)).toEqual([11, undefined, 3]);
  expect(metricMath('(a > 2) OR (b > 4)', metrics)).toEqual([1, undefined, 1]);
  expect(metricMath('(b >= 5) AND (b != 4)', metrics)).toEqual([1, 1, 0]);
});

test('FILL speaks for silence, IF chooses, DIFF tells growth since the last word', () => {
  expect(metricMath('FILL(a, 0)', metrics)).toEqual([1, 0, 3]);
  expect(metricMath('IF(FILL(a, 0) < 1, 10, b)', metrics)).toEqual([5, 10, 0]);
  expect(metricMath('DIFF(a)', metrics)).toEqual([undefined, undefined, 2]);
});

test('what it does not know it refuses', () => {
  expect(() => metricMath('RATE(a)', metrics)).toThrow('"RATE" is neither');
  expect(() => metricMath('a ? b', metrics)).toThrow('Cannot read');
  expect(() => metricMath('a b', metrics)).toThrow('left over');
  expect(() => metricMath('(a', metrics)).toThrow('Expected )');
});
