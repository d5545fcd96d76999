import fc from 'fast-check';
import { expect, test } from 'vitest';
import { listKeys } from './list-keys.ts';

const key = fc.string({ unit: fc.constantFrom('a', 'b', '/', 'é', '😀'), minLength: 1, maxLength: 6 });
const sortedKeys = fc
  .uniqueArray(key, { maxLength: 30 })
  .map((keys) => keys.toSorted((a, b) => Buffer.compare(Buffer.from(a), Buffer.from(b))));

test('pages of any size tell the same keys and prefixes as one page of all', () => {
  fc.assert(
    fc.property(
      sortedKeys,
      fc.constantFrom('', 'a', 'a/'),
      fc.constantFrom('', '/'),
      fc.integer({ min: 1, max: 5 }),
      (keys, prefix, delimiter, limit) => {
        const whole = listKeys(keys, { prefix, delimiter, after: '', limit: 1000 });
        const told = { keys: [] as string[], prefixes: [] as string[] };
        let after: string | undefined = '';
        while (after !== undefined) {
          const page = listKeys(keys, { prefix, delimiter, after, limit });
          expect(page.keys.length + page.prefixes.length).toBeLessThanOrEqual(limit);
          told.keys.push(...page.keys);
          told.prefixes.push(...page.prefixes);
          after = page.last;
        }
        expect(told).toEqual({ keys: whole.keys, prefixes: whole.prefixes });
        expect(whole.last).toBeUndefined();
      },
    ),
  );
});

test('every key with the prefix is told itself or by its common prefix', () => {
  fc.assert(
    fc.property(sortedKeys, fc.constantFrom('', 'a', 'b/'), (keys, prefix) => {
      const { keys: told, prefixes } = listKeys(keys, { prefix, delimiter: '/', after: '', limit: 1000 });
      expect(new Set(prefixes).size).toBe(prefixes.length);
      for (const one of keys) {
        const wanted = one.startsWith(prefix);
        const common = prefixes.some((start) => one.startsWith(start));
        expect(told.includes(one) || common).toBe(wanted);
      }
    }),
  );
});
