import type { Pool } from 'pg';
import type { Property } from '../services/register/property.ts';

let added = 0;

/** Puts a property into the register: a vacant flat without gas whose certificates are provided later, but for what is given. */
export async function addProperty(
  database: Pool,
  values: Partial<Property> & { landlord_id?: string } = {},
): Promise<void> {
  added += 1;
  const row: Record<string, unknown> = {
    landlord_id: 'L-1',
    row_reference: `R-${added}`,
    uprn: 500_000_000 + added,
    property_type: 'FLAT',
    ownership_type: 'FREEHOLD',
    licensing_type: 'NO_LICENSING',
    is_occupied: false,
    tenancy_provide_later: false,
    bills_included: [],
    has_gas_supply: false,
    gas_provide_later: false,
    electrical_provide_later: true,
    epc_provide_later: true,
    joint_landlord_emails: [],
    ...values,
  };
  const names = Object.keys(row);
  await database.query(
    `INSERT INTO property (${names.join(', ')}) VALUES (${names.map((_, index) => `$${index + 1}`).join(', ')})`,
    Object.values(row),
  );
}
