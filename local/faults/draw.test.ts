import fc from 'fast-check';
import { expect, test } from 'vitest';
import { draw } from './draw.ts';

test('a number for some words is the same every time, and from 0 up to 1', () => {
  fc.assert(
    fc.property(fc.array(fc.oneof(fc.string(), fc.integer())), (words) => {
      const drawn = draw(...words);
      expect(draw(...words)).toBe(drawn);
      expect(drawn).toBeGreaterThanOrEqual(0);
      expect(drawn).toBeLessThan(1);
    }),
  );
});

test('numbers are spread evenly, however alike their words', () => {
  const tenths = Array.from({ length: 10 }, () => 0);
  for (let number = 0; number < 10_000; number += 1) {
    const tenth = Math.floor(draw('seed', number) * 10);
    tenths[tenth] = (tenths[tenth] ?? 0) + 1;
  }
  for (const count of tenths) expect(Math.abs(count - 1000)).toBeLessThan(150);
});
