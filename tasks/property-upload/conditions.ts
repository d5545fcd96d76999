import type { Condition } from './column.ts';

/** What a row must say for a column's rule to hold. */
export const conditions = {
  always: { words: 'always', holds: () => true },
  withoutUprn: { words: 'without a uprn', holds: (cell) => cell('uprn') === undefined },
  occupied: { words: 'if occupied', holds: (cell) => cell('is_occupied') === true },
  licensed: {
    words: 'with a licence',
    holds: (cell) => cell('licensing_type')?.endsWith('_LICENCE') === true,
  },
  billsIncluded: {
    words: 'if rent_includes_bills is yes',
    holds: (cell) => cell('rent_includes_bills') === true,
  },
  otherBill: {
    words: 'if bills_included has SOMETHING_ELSE',
    holds: (cell) => cell('bills_included')?.includes('SOMETHING_ELSE') === true,
  },
  gas: { words: 'with gas', holds: (cell) => cell('has_gas_supply') === true },
  gasNow: {
    words: 'with gas, unless gas_provide_later is yes',
    holds: (cell) => cell('has_gas_supply') === true && cell('gas_provide_later') !== true,
  },
  electricalNow: {
    words: 'unless electrical_provide_later is yes',
    holds: (cell) => cell('electrical_provide_later') !== true,
  },
  electricalCertificate: {
    words: 'if electrical_cert_type is EIC or EICR',
    holds: (cell) => ['EIC', 'EICR'].includes(cell('electrical_cert_type') ?? ''),
  },
  epc: {
    words: 'with an epc_certificate_number',
    holds: (cell) => cell('epc_certificate_number') !== undefined,
  },
  epcExpired: {
    words: 'if occupied and the EPC has expired',
    holds: (cell, today) => cell('is_occupied') === true && today > (cell('epc_expiry_date') ?? today),
  },
  lowRating: {
    words: 'with an epc_energy_rating of F or G',
    holds: (cell) => ['F', 'G'].includes(cell('epc_energy_rating') ?? ''),
  },
} satisfies Record<string, Condition>;

/** As the condition says, but never in a row that promises its tenancy for later. */
export function unlessTenancyLater({ words, holds }: Condition): Condition {
  return {
    words: `${words}, unless tenancy_provide_later is yes`,
    holds: (cell, today) => holds(cell, today) && cell('tenancy_provide_later') !== true,
  };
}

/** The row's value in that column is OTHER. */
export function isOther(column: 'property_type' | 'rent_frequency'): Condition {
  return { words: `if ${column} is OTHER`, holds: (cell) => cell(column) === 'OTHER' };
}
