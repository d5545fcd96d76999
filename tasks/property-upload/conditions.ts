import type { Condition } from './column.ts';

/** What a row must say for a column's rule to hold. */
export const conditions = {
  always: { words: 'always', holds: () => true },
  withoutUprn: { words: 'without a uprn', holds: (cells) => !cells.has('uprn') },
  occupied: { words: 'if occupied', holds: (cells) => cells.value('is_occupied') === true },
  licensed: {
    words: 'with a licence',
    holds: (cells) => cells.value('licensing_type')?.endsWith('_LICENCE') === true,
  },
  billsIncluded: {
    words: 'if rent_includes_bills is yes',
    holds: (cells) => cells.value('rent_includes_bills') === true,
  },
  otherBill: {
    words: 'if bills_included has SOMETHING_ELSE',
    holds: (cells) => cells.value('bills_included')?.includes('SOMETHING_ELSE') === true,
  },
  gas: { words: 'with gas', holds: (cells) => cells.value('has_gas_supply') === true },
  gasNow: {
    words: 'with gas, unless gas_provide_later is yes',
    holds: (cells) => cells.value('has_gas_supply') === true && cells.value('gas_provide_later') !== true,
  },
  electricalNow: {
    words: 'unless electrical_provide_later is yes',
    holds: (cells) => cells.value('electrical_provide_later') !== true,
  },
  electricalCertificate: {
    words: 'if electrical_cert_type is EIC or EICR',
    holds: (cells) => ['EIC', 'EICR'].includes(cells.value('electrical_cert_type') ?? ''),
  },
  epc: {
    words: 'with an epc_certificate_number',
    holds: (cells) => cells.has('epc_certificate_number'),
  },
  epcExpired: {
    words: 'if occupied and the EPC has expired',
    holds: (cells, today) =>
      cells.value('is_occupied') === true && today > (cells.value('epc_expiry_date') ?? today),
  },
  lowRating: {
    words: 'with an epc_energy_rating of F or G',
    holds: (cells) => ['F', 'G'].includes(cells.value('epc_energy_rating') ?? ''),
  },
} satisfies Record<string, Condition>;

/** As the condition says, but never in a row that promises its tenancy for later. */
export function unlessTenancyLater({ words, holds }: Condition): Condition {
  return {
    words: `${words}, unless tenancy_provide_later is yes`,
    holds: (cells, today) => holds(cells, today) && cells.value('tenancy_provide_later') !== true,
  };
}

/** The row's value in that column is OTHER. */
export function isOther(column: 'property_type' | 'rent_frequency'): Condition {
  return { words: `if ${column} is OTHER`, holds: (cells) => cells.value(column) === 'OTHER' };
}
