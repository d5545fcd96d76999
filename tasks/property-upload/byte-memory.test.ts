import fc from 'fast-check';
import { expect, it } from 'vitest';
import { ByteMemory } from './byte-memory.ts';

it('never tells what other bytes mean, however many it is told', () => {
  const memory = new ByteMemory<string>();
  let remembered = 0;
  fc.assert(
    fc.property(fc.string({ maxLength: 80 }), (text) => {
      const bytes = Buffer.from(`>${text}<`);
      const found = memory.find(bytes, 1, bytes.length - 1);
      if (found !== undefined) {
        expect(found).toBe(text);
        remembered += 1;
      }
      memory.keep(bytes, 1, bytes.length - 1, text);
    }),
    { numRuns: 5000 },
  );
  expect(remembered).toBeGreaterThan(10);
});

it('remembers a few, and forgets the least of them for thousands of others', () => {
  const memory = new ByteMemory<number>();
  const bytesOf = (number: number) => Buffer.from(`value ${number}`);
  for (let number = 0; number < 300; number += 1)
    memory.keep(bytesOf(number), 0, bytesOf(number).length, number);
  const known = () =>
    Array.from({ length: 300 }, (_, number) =>
      memory.find(bytesOf(number), 0, bytesOf(number).length),
    ).filter((found) => found !== undefined);
  expect(known().length).toBeGreaterThan(290);
  for (let number = 300; number < 5000; number += 1)
    memory.keep(bytesOf(number), 0, bytesOf(number).length, number);
  expect(memory.find(bytesOf(4999), 0, bytesOf(4999).length)).toBe(4999);
});

it('does not keep long ones', () => {
  const memory = new ByteMemory<string>();
  const long = Buffer.alloc(65, 'x');
  memory.keep(long, 0, 65, 'long');
  memory.keep(long, 0, 64, 'short');
  expect([memory.find(long, 0, 65), memory.find(long, 0, 64)]).toEqual([undefined, 'short']);
});
