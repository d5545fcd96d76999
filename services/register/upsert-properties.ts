import type { ClientBase } from 'pg';
import { propertyColumns } from './property.ts';

/**
 * Takes the good staged rows into the register and answers how many of them are new or have changed their property. A
 * row whose uprn another landlord has is left out. All transactions take uprns and then addresses in ascending order.
 */
export async function upsertProperties(transaction: ClientBase, landlordId: string): Promise<number> {
  const byUprn = await transaction.query(upsertBy('uprn'), [landlordId]);
  const byAddress = await transaction.query(upsertBy('address_key'), [landlordId]);
  return (byUprn.rowCount ?? 0) + (byAddress.rowCount ?? 0);
}

const names = propertyColumns.join(', ');
const changes = propertyColumns.map((name) => `${name} = excluded.${name}`).join(', ');
const held = propertyColumns.map((name) => `property.${name}`).join(', ');
const wanted = propertyColumns.map((name) => `excluded.${name}`).join(', ');
const conflicts = { uprn: 'uprn', address_key: 'landlord_id, address_key' };

/** OFFSET 0 keeps what stands below it from being computed once for each use. */
function upsertBy(key: keyof typeof conflicts): string {
  return `
    INSERT INTO property (registration_number, landlord_id, address_key, ${names})
    SELECT registration_text(place), $1, address_key, ${names}
    FROM (
      SELECT registration_place(number) AS place, * FROM (
        SELECT nextval('property_number') AS number, * FROM (
          SELECT * FROM staged_row
          WHERE ${key} IS NOT NULL AND problems IS NULL
            AND NOT EXISTS (SELECT FROM staged_problem WHERE staged_problem.line = staged_row.line)
          ORDER BY ${key}
        ) AS ordered OFFSET 0
      ) AS numbered OFFSET 0
    ) AS placed
    ON CONFLICT (${conflicts[key]}) DO UPDATE SET ${changes}, updated_at = now()
    WHERE property.landlord_id = excluded.landlord_id AND (${held}) IS DISTINCT FROM (${wanted})`;
}
