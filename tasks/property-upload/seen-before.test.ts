import { expect, it } from 'vitest';
import { SeenBefore } from './seen-before.ts';

const bytesOf = (number: number) => Buffer.from(`R-${number}`);
const ask = (seen: SeenBefore, kind: number, bytes: Buffer) => seen.mayHave(kind, bytes, 0, bytes.length);

it('misses no value that came before, and suspects few others among a hundred thousand', () => {
  const seen = new SeenBefore();
  const count = 100_000;
  let suspected = 0;
  for (let number = 0; number < count; number += 1) if (ask(seen, 1, bytesOf(number))) suspected += 1;
  expect(suspected).toBeLessThan(20);
  for (let number = 0; number < count; number += 1) {
    if (!ask(seen, 1, bytesOf(number))) expect.unreachable(`${number} came before`);
  }
});

it('keeps kinds of values apart', () => {
  const seen = new SeenBefore();
  expect([ask(seen, 1, bytesOf(1)), ask(seen, 2, bytesOf(1)), ask(seen, 1, bytesOf(1))]).toEqual([
    false,
    false,
    true,
  ]);
});
