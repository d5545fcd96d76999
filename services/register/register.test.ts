import fc from 'fast-check';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { createTestDatabase, type TestDatabase } from '../../test/test-database.ts';
import { CopyWriter } from './copy-writer.ts';
import { propertyColumns } from './property.ts';
import { prepareStaging, stagedColumns, stageRows } from './stage-rows.ts';

let database: TestDatabase;
beforeAll(async () => {
  database = await createTestDatabase();
});
afterAll(() => database.drop());

it('the table has the columns of a property and what the register adds', async () => {
  const { rows } = await database.pool.query(
    `SELECT column_name FROM information_schema.columns WHERE table_name = 'property' ORDER BY ordinal_position`,
  );
  const added = ['registration_number', 'landlord_id', 'address_key', 'created_at', 'updated_at'];
  expect(rows.map((row) => row.column_name).filter((name) => !added.includes(name))).toEqual(propertyColumns);
});

it('no two registration numbers are the same, and all are of the alphabet', async () => {
  const { rows } = await database.pool.query(`
    WITH numbers AS (
      SELECT registration_number(number) AS text FROM generate_series(1, 20000) AS number
      UNION ALL
      SELECT registration_number(208827064575 - number) FROM generate_series(0, 999) AS number
    )
    SELECT count(DISTINCT text)::int AS different,
      bool_and(text ~ '^P-[CDFGHJKMNPQRSTVWXYZ2345679]{4}-[CDFGHJKMNPQRSTVWXYZ2345679]{4}$') AS legal
    FROM numbers`);
  expect(rows).toEqual([{ different: 21_000, legal: true }]);
});

it('any text and list is staged as it is', async () => {
  const text = fc
    .string({
      unit: fc.oneof(
        fc.constantFrom('\\', '\t', '\n', '\r', '"', '{', '}', ',', 'N', '.', ' ', 'é'),
        fc.string({ unit: 'binary', minLength: 1, maxLength: 1 }),
      ),
    })
    .map((value) => value.replaceAll('\0', ''));
  const client = await database.pool.connect();
  try {
    await fc.assert(
      fc.asyncProperty(fc.array(fc.tuple(text, fc.array(text))), async (values) => {
        await client.query('BEGIN');
        await prepareStaging(client);
        await stageRows(client, linesOf(values), new AbortController().signal);
        const staged = await client.query(
          'SELECT record, county, joint_landlord_emails FROM staged_row ORDER BY line',
        );
        await client.query('ROLLBACK');
        expect(staged.rows).toEqual(
          values.map(([county, joint_landlord_emails]) => ({
            record: county,
            county,
            joint_landlord_emails,
          })),
        );
      }),
      { numRuns: 50 },
    );
  } finally {
    client.release();
  }
});

/** Text once as a value, once as its bytes. */
async function* linesOf(values: [text: string, list: string[]][]): AsyncGenerator<Uint8Array> {
  const copy = new CopyWriter();
  for (const [line, [text, list]] of values.entries()) {
    const bytes = Buffer.from(`>${text}<`);
    for (const column of stagedColumns) {
      if (column === 'line') copy.value(line);
      else if (column === 'record') copy.value(text);
      else if (column === 'county') copy.text(bytes, 1, bytes.length - 1);
      else if (column === 'joint_landlord_emails') copy.value(list);
      else copy.none();
    }
    copy.endLine();
    if (line % 2 === 0) yield copy.take();
  }
  yield copy.take();
}
