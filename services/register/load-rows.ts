import type { ClientBase } from 'pg';
import { propertyColumns } from './property.ts';

/** What became of the staged rows. */
export interface LoadedRows {
  /** Rows in the register now because of this file: new, changed and the same. */
  loaded: number;
  bad: number;
}

/**
 * Takes the good ones of the staged rows into the register for the landlord; a property that is already there is
 * changed if it differs and else left alone. Finds what only the database can: rows that repeat an earlier one, and
 * uprns of another landlord, where whoever commits first has the uprn. With `unlessAnyBad` one bad row keeps all out.
 * Every transaction takes its properties in the same order, so that two never wait for each other.
 */
export async function loadRows(
  transaction: ClientBase,
  { landlordId, unlessAnyBad }: { landlordId: string; unlessAnyBad: boolean },
): Promise<LoadedRows> {
  await findRepeats(transaction);
  await findForeignUprns(transaction, landlordId);
  const before = await count(transaction);
  if (unlessAnyBad && before.bad > 0) return { loaded: 0, bad: before.bad };
  await transaction.query('SAVEPOINT before_load');
  await upsert(transaction, landlordId, 'uprn');
  await upsert(transaction, landlordId, 'address_key');
  await findForeignUprns(transaction, landlordId);
  const after = await count(transaction);
  if (!unlessAnyBad || after.bad === 0) return { loaded: after.good, bad: after.bad };
  await transaction.query('ROLLBACK TO SAVEPOINT before_load');
  await findForeignUprns(transaction, landlordId);
  return { loaded: 0, bad: (await count(transaction)).bad };
}

/** The first row with a value stands, also when it is bad otherwise; every later one is bad. */
async function findRepeats(transaction: ClientBase): Promise<void> {
  for (const column of ['row_reference', 'uprn', 'address_key']) {
    await transaction.query(`
      INSERT INTO staged_problem (line, reason, first_line)
      SELECT staged_row.line, 'repeated ${column}', repeated.first_line
      FROM staged_row
      JOIN (
        SELECT ${column} AS value, min(line) AS first_line FROM staged_row
        WHERE ${column} IS NOT NULL GROUP BY ${column} HAVING count(*) > 1
      ) AS repeated ON repeated.value = staged_row.${column}
      WHERE staged_row.line > repeated.first_line`);
  }
}

async function findForeignUprns(transaction: ClientBase, landlordId: string): Promise<void> {
  await transaction.query(
    `INSERT INTO staged_problem (line, reason)
     SELECT staged_row.line, 'foreign uprn'
     FROM staged_row JOIN property ON property.uprn = staged_row.uprn
     WHERE property.landlord_id <> $1
       AND NOT EXISTS (
         SELECT FROM staged_problem AS known
         WHERE known.line = staged_row.line AND known.reason = 'foreign uprn'
       )`,
    [landlordId],
  );
  await transaction.query('ANALYZE staged_problem');
}

async function count(transaction: ClientBase): Promise<{ good: number; bad: number }> {
  const { rows } = await transaction.query<{ staged: string; bad: string }>(`
    SELECT (SELECT count(*) FROM staged_row) AS staged, count(*) AS bad FROM (
      SELECT line FROM staged_row WHERE problems IS NOT NULL UNION SELECT line FROM staged_problem
    ) AS bad_row`);
  const bad = Number(rows[0]?.bad);
  return { good: Number(rows[0]?.staged) - bad, bad };
}

const names = propertyColumns.join(', ');
const held = propertyColumns.map((name) => `property.${name}`).join(', ');
const wanted = propertyColumns.map((name) => `excluded.${name}`).join(', ');

async function upsert(
  transaction: ClientBase,
  landlordId: string,
  key: 'uprn' | 'address_key',
): Promise<void> {
  await transaction.query(
    `INSERT INTO property (landlord_id, address_key, ${names})
     SELECT $1, address_key, ${names} FROM staged_row
     WHERE ${key} IS NOT NULL AND problems IS NULL
       AND NOT EXISTS (SELECT FROM staged_problem WHERE staged_problem.line = staged_row.line)
     ORDER BY ${key}
     ON CONFLICT (${key === 'uprn' ? 'uprn' : 'landlord_id, address_key'})
     DO UPDATE SET (${names}) = (SELECT ${wanted}), updated_at = now()
     WHERE property.landlord_id = excluded.landlord_id AND (${held}) IS DISTINCT FROM (${wanted})`,
    [landlordId],
  );
}
