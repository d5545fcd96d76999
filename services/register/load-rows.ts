import type { ClientBase } from 'pg';
import { findRepeats } from './find-repeats.ts';
import { upsertProperties } from './upsert-properties.ts';

/** How the staged rows are to be loaded. */
export interface Load {
  landlordId: string;
  /** One bad row keeps all out. */
  unlessAnyBad: boolean;
  /** Of the staged rows, and how many of them the file alone shows to be bad. */
  staged: { rows: number; bad: number };
}

/** What became of the staged rows. */
export interface LoadedRows {
  /** Rows in the register now because of this file: new, changed and the same. */
  loaded: number;
  bad: number;
}

/**
 * Takes the good ones of the staged rows into the register for the landlord; a property that is already there is
 * changed if it differs and else left alone. Finds what only the database can: rows that repeat an earlier one, and
 * uprns of another landlord, where whoever commits first has the uprn. Every transaction takes its properties in the
 * same order, so that two never wait for each other.
 */
export async function loadRows(transaction: ClientBase, load: Load): Promise<LoadedRows> {
  const { landlordId, unlessAnyBad } = load;
  await findRepeats(transaction);
  if (unlessAnyBad) {
    await findForeignUprns(transaction, landlordId, 'all');
    const before = await count(transaction, load);
    if (before.bad > 0) return { loaded: 0, bad: before.bad };
    await transaction.query('SAVEPOINT before_load');
  }
  const good = (await count(transaction, load)).good;
  const taken = await upsertProperties(transaction, landlordId);
  // A row that was not taken is the same as its property, or its uprn is another landlord's.
  await findForeignUprns(transaction, landlordId, taken < good ? 'all' : 'suspect');
  const after = await count(transaction, load);
  if (!unlessAnyBad || after.bad === 0) return { loaded: after.good, bad: after.bad };
  await transaction.query('ROLLBACK TO SAVEPOINT before_load');
  await findForeignUprns(transaction, landlordId, 'all');
  return { loaded: 0, bad: (await count(transaction, load)).bad };
}

const among = {
  all: 'SELECT line, uprn, problems IS NULL AS is_good FROM staged_row',
  suspect: 'SELECT line, uprn, is_good FROM suspect',
};

/** Notes the rows whose uprn another landlord has: all of them, or of those that had to be looked at anyway. */
async function findForeignUprns(
  transaction: ClientBase,
  landlordId: string,
  which: keyof typeof among,
): Promise<void> {
  await transaction.query(
    `INSERT INTO staged_problem (line, reason, is_good)
     SELECT row.line, 'foreign uprn', row.is_good
     FROM (${among[which]}) AS row JOIN property USING (uprn)
     WHERE property.landlord_id <> $1
       AND NOT EXISTS (
         SELECT FROM staged_problem AS known WHERE known.line = row.line AND known.reason = 'foreign uprn'
       )`,
    [landlordId],
  );
  await transaction.query('ANALYZE staged_problem');
}

async function count(transaction: ClientBase, { staged }: Load): Promise<{ good: number; bad: number }> {
  const { rows } = await transaction.query<{ found: string }>(
    'SELECT count(DISTINCT line) AS found FROM staged_problem WHERE is_good',
  );
  const bad = staged.bad + Number(rows[0]?.found);
  return { good: staged.rows - bad, bad };
}
