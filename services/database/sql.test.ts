import fc from 'fast-check';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { createTestDatabase, type TestDatabase } from '../../test/test-database.ts';
import { joined, sql } from './sql.ts';

let database: TestDatabase;
beforeAll(async () => {
  database = await createTestDatabase();
});
afterAll(() => database.drop());

const texts = fc.string({
  unit: fc.oneof(
    fc.constantFrom("'", '\\', '"', '$1', ';', '--', '\n', 'é'),
    fc.string({ unit: 'binary', maxLength: 1 }),
  ),
});

it('any text without NUL is the literal that it was', async () => {
  await fc.assert(
    fc.asyncProperty(texts, async (text) => {
      const value = text.replaceAll('\0', '').toWellFormed();
      const { rows } = await database.pool.query(sql`SELECT ${value}::text AS value`.text);
      expect(rows).toEqual([{ value }]);
    }),
    { numRuns: 100 },
  );
});

it('numbers, nulls and other pieces stand where they are put', async () => {
  const pieces = joined([sql`${1}`, sql`5 - ${-2}`, sql`${null}::text`], ', ');
  const { rows } = await database.pool.query({ text: sql`SELECT ${pieces}`.text, rowMode: 'array' });
  expect(rows).toEqual([[1, 7, null]]);
});

it('refuses what Postgres cannot take', () => {
  expect(() => sql`SELECT ${'a\0b'}`).toThrow('"a\\u0000b" holds a NUL character');
  expect(() => sql`SELECT ${Number.NaN}`).toThrow('NaN is no number');
});
