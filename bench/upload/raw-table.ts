import type { Pool } from 'pg';
import { propertyColumns } from '../../services/register/property.ts';

/** The table that COPY fills with a file as it is. */
export const rawTable = 'raw_property';

/**
 * Makes it: all columns and indexes of `property`, empty. What keeps a file's own cells out is left away: lists are text,
 * cells may be empty, and nobody asks for a key of the address.
 */
export async function makeRawTable(database: Pool): Promise<void> {
  const lists = ['bills_included', 'joint_landlord_emails'];
  await database.query(`
    DROP TABLE IF EXISTS ${rawTable};
    CREATE TABLE ${rawTable} (LIKE property INCLUDING ALL EXCLUDING CONSTRAINTS);
    ALTER TABLE ${rawTable} ALTER landlord_id SET DEFAULT 'L-1',
      ${lists.map((name) => `ALTER ${name} TYPE text`).join(', ')},
      ${propertyColumns.map((name) => `ALTER ${name} DROP NOT NULL`).join(', ')}`);
}
