import fc from 'fast-check';
import { expect, it } from 'vitest';
import { hasLine, lineSet } from './line-set.ts';

it('has the lines that it was given, and no others', async () => {
  const batches = fc.array(fc.uniqueArray(fc.integer({ min: 1, max: 5000 })));
  await fc.assert(
    fc.asyncProperty(batches, async (given) => {
      const sorted = [...new Set(given.flat())].sort((a, b) => a - b);
      async function* ascending() {
        for (let at = 0; at < sorted.length; at += 7) yield sorted.slice(at, at + 7);
      }
      const lines = await lineSet(ascending());
      const found = Array.from({ length: 5010 }, (_, line) => line).filter((line) => hasLine(lines, line));
      expect(found).toEqual(sorted);
    }),
    { numRuns: 30 },
  );
});
