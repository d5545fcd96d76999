import type { ClientBase } from 'pg';

const uniqueColumns = ['row_reference', 'uprn', 'address_key'] as const;

/**
 * Notes every staged row that repeats a value of an earlier one, be that one good or bad. Only rows with a record can do
 * so, which `suspect` then holds: so only their values are looked for among all rows.
 */
export async function findRepeats(transaction: ClientBase): Promise<void> {
  const { rowCount } = await transaction.query(`
    CREATE TEMP TABLE suspect ON COMMIT DROP AS
    SELECT line, ${uniqueColumns.join(', ')}, problems IS NULL AS is_good
    FROM staged_row WHERE record IS NOT NULL`);
  await transaction.query('ANALYZE suspect');
  if (rowCount === 0) return;
  for (const column of uniqueColumns) {
    await transaction.query(`
      INSERT INTO staged_problem (line, reason, first_line, is_good)
      SELECT line, 'repeated ${column}', first_line, is_good
      FROM (
        SELECT line, problems IS NULL AS is_good, min(line) OVER (PARTITION BY ${column}) AS first_line
        FROM staged_row WHERE ${column} IN (SELECT ${column} FROM suspect)
      ) AS same WHERE line > first_line`);
  }
  await transaction.query('ANALYZE staged_problem');
}
