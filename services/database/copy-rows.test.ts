import fc from 'fast-check';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { createTestDatabase, type TestDatabase } from '../../test/test-database.ts';
import { type CopiedRow, copyRows } from './copy-rows.ts';
import { joined, type Sql, sql } from './sql.ts';

let database: TestDatabase;
beforeAll(async () => {
  database = await createTestDatabase();
});
afterAll(() => database.drop());

async function copied(query: Sql): Promise<CopiedRow[]> {
  const reader = await database.pool.connect();
  const rows: CopiedRow[] = [];
  try {
    for await (const batch of copyRows(reader, query)) rows.push(...batch);
    return rows;
  } finally {
    reader.release();
  }
}

const cells = fc.option(
  fc
    .string({
      unit: fc.oneof(
        fc.constantFrom('\\', '\t', '\n', '\r', '\b', '\f', '\v', 'N', '.', 'n', 'é', '🏠'),
        fc.string({ unit: 'binary', maxLength: 1 }),
      ),
    })
    .map((text) => text.replaceAll('\0', '').toWellFormed()),
);

it('any texts and nulls come back as they are', async () => {
  await fc.assert(
    fc.asyncProperty(fc.array(fc.tuple(cells, cells), { minLength: 1 }), async (rows) => {
      const values = rows.map(([a, b]) => sql`(${a}::text, ${b}::text)`);
      expect(await copied(sql`VALUES ${joined(values, ', ')}`)).toEqual(rows);
    }),
    { numRuns: 50 },
  );
});

it('rows that are longer and shorter than what the network brings at once stay whole', async () => {
  const lengths = [10, 300_000, 1, 70_000, 70_000, 5];
  const rows = await copied(sql`
    SELECT repeat('é', length), number
    FROM unnest(string_to_array(${lengths.join()}, ',')::int[]) WITH ORDINALITY AS row (length, number)`);
  expect(rows.map(([text]) => text?.length)).toEqual(lengths);
  expect(rows.every(([text]) => /^é+$/.test(text ?? ''))).toBe(true);
  const many = await copied(sql`SELECT number FROM generate_series(1, 50000) AS number`);
  expect(many.map(([number]) => Number(number))).toEqual(
    Array.from({ length: 50_000 }, (_, index) => index + 1),
  );
});

it('no rows are none', async () => {
  expect(await copied(sql`SELECT 1 WHERE false`)).toEqual([]);
});

it('a statement that fails is told to the reader', async () => {
  await expect(
    copied(sql`SELECT 1 / (number - 40000) FROM generate_series(1, 50000) AS number`),
  ).rejects.toThrow('division by zero');
});
