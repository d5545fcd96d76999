import type { ClientBase } from 'pg';
import { fetchAll } from './fetch-all.ts';

/** Columns of a report on properties and the state of their certificates, in their order. */
export const statusColumns = [
  'registration_number',
  'landlord_id',
  'row_reference',
  'uprn',
  'address_line_1',
  'address_line_2',
  'town_or_city',
  'county',
  'postcode',
  'local_council_code',
  'property_type',
  'is_occupied',
  'gas_status',
  'gas_cert_expiry_date',
  'electrical_status',
  'electrical_expiry_date',
  'epc_status',
  'epc_expiry_date',
  'epc_energy_rating',
] as const;

/** Which properties, and on which day their certificates are judged. */
export interface StatusQuery {
  /** Left out: all landlords. */
  landlordId?: string | undefined;
  /** Left out: all councils. */
  localCouncilCode?: string | undefined;
  /** `YYYY-MM-DD`. */
  asOf: string;
}

const expressions: Partial<Record<(typeof statusColumns)[number], string>> = {
  is_occupied: `CASE WHEN is_occupied THEN 'yes' ELSE 'no' END`,
  gas_status: 'gas_status(property, $1)',
  gas_cert_expiry_date: 'gas_cert_expiry_date(gas_cert_issue_date)',
  electrical_status: 'electrical_status(property, $1)',
  epc_status: 'epc_status(property, $1)',
};

/**
 * The properties as cells of `statusColumns`, always in the same order, in batches and constant memory, in the open
 * transaction. A status is NOT_REQUIRED, ADDED, EXPIRED, PROVIDE_LATER or, for electricity, MISSING.
 */
export async function* propertyStatuses(
  transaction: ClientBase,
  { landlordId, localCouncilCode, asOf }: StatusQuery,
): AsyncGenerator<string[][]> {
  const cells = statusColumns.map((name) => `coalesce((${expressions[name] ?? name})::text, '')`);
  const batches = fetchAll<{ cells: string[] }>(
    transaction,
    `SELECT ARRAY[${cells.join(', ')}] AS cells FROM property
     WHERE ($2::text IS NULL OR landlord_id = $2) AND ($3::text IS NULL OR local_council_code = $3)
     ORDER BY landlord_id, registration_number`,
    [asOf, landlordId ?? null, localCouncilCode ?? null],
  );
  for await (const rows of batches) yield rows.map((row) => row.cells);
}
