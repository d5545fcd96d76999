import type { Database } from '../database/database.ts';

/**
 * The codes of all councils that have properties, in order. It goes from one code to the next in the index: a register
 * has millions of properties and some hundred councils.
 */
export async function councilsWithProperties(database: Database): Promise<string[]> {
  const { rows } = await database.query<{ code: string }>(`
    WITH RECURSIVE council (code) AS (
      SELECT min(local_council_code) FROM property
      UNION ALL
      SELECT (SELECT min(local_council_code) FROM property WHERE local_council_code > council.code)
      FROM council WHERE council.code IS NOT NULL
    )
    SELECT code FROM council WHERE code IS NOT NULL`);
  return rows.map(({ code }) => code);
}
