import { type Property, type PropertyColumn, propertyColumns } from '../../services/register/property.ts';
import {
  amount,
  type CellProblem,
  type CellType,
  date,
  digits,
  emails,
  epcNumber,
  oneOf,
  postcode,
  problem,
  someOf,
  text,
  wholeNumber,
  yesOrNo,
} from './cell-types.ts';

/** The value of another cell of the row: undefined if it is empty or the row does not need it; throws if it is bad. */
export type OtherCell = <Name extends PropertyColumn>(name: Name) => NonNullable<Property[Name]> | undefined;

/** A condition on other cells, with the words that tell it. */
interface Condition {
  words: string;
  holds(cell: OtherCell, today: string): boolean;
}

/** What the file says of one column; the guide, the validation and its error texts follow from it. */
export interface Column<Value> {
  type: CellType<NonNullable<Value>>;
  /** What is stored where the cell is empty or not needed. */
  empty: Value;
  /** Left out: optional. */
  required?: Condition;
  /** Left out: always. Else a value that the row does not need is checked for its form and not stored. */
  needed?: Condition;
  /** What must not stand in a cell that the row does not need. Left out: anything may. */
  forbidden?(value: NonNullable<Value>): boolean;
  /** A rule between this value and other cells. */
  check?(value: NonNullable<Value>, cell: OtherCell): { problem: CellProblem } | undefined;
  /** Whether the header must have the column. */
  inHeader?: true;
  /** What else the guide says. */
  note?: string;
}

/** The row always needs a value. */
export const always: Condition = { words: 'always', holds: () => true };
const withoutUprn: Condition = { words: 'without a uprn', holds: (cell) => cell('uprn') === undefined };
const occupied: Condition = { words: 'if occupied', holds: (cell) => cell('is_occupied') === true };

/** As the condition says, but never in a row that promises its tenancy for later. */
function unlessTenancyLater({ words, holds }: Condition): Condition {
  return {
    words: `${words}, unless tenancy_provide_later is yes`,
    holds: (cell, today) => holds(cell, today) && cell('tenancy_provide_later') !== true,
  };
}

const isOther = (column: 'property_type' | 'rent_frequency'): Condition => ({
  words: `if ${column} is OTHER`,
  holds: (cell) => cell(column) === 'OTHER',
});
const licensed: Condition = {
  words: 'with a licence',
  holds: (cell) => cell('licensing_type')?.endsWith('_LICENCE') === true,
};
const billsIncluded: Condition = {
  words: 'if rent_includes_bills is yes',
  holds: (cell) => cell('rent_includes_bills') === true,
};
const otherBill: Condition = {
  words: 'if bills_included has SOMETHING_ELSE',
  holds: (cell) => cell('bills_included')?.includes('SOMETHING_ELSE') === true,
};
const gas: Condition = { words: 'with gas', holds: (cell) => cell('has_gas_supply') === true };
const gasNow: Condition = {
  words: 'with gas, unless gas_provide_later is yes',
  holds: (cell) => cell('has_gas_supply') === true && cell('gas_provide_later') !== true,
};
const electricalNow: Condition = {
  words: 'unless electrical_provide_later is yes',
  holds: (cell) => cell('electrical_provide_later') !== true,
};
const electricalCertificate: Condition = {
  words: 'if electrical_cert_type is EIC or EICR',
  holds: (cell) => ['EIC', 'EICR'].includes(cell('electrical_cert_type') ?? ''),
};
const epc: Condition = {
  words: 'with an epc_certificate_number',
  holds: (cell) => cell('epc_certificate_number') !== undefined,
};
const epcExpired: Condition = {
  words: 'if occupied and the EPC has expired',
  holds: (cell, today) => cell('is_occupied') === true && today > (cell('epc_expiry_date') ?? today),
};
const lowRating: Condition = {
  words: 'with an epc_energy_rating of F or G',
  holds: (cell) => ['F', 'G'].includes(cell('epc_energy_rating') ?? ''),
};

const aboveZero = (value: number) => value > 0;

/** The 39 columns of the property CSV. */
export const columns: { [Name in PropertyColumn]: Column<Property[Name]> } = {
  row_reference: {
    type: text(255),
    empty: '',
    required: always,
    inHeader: true,
    note: 'Your own name for the row, unique in the file',
  },
  uprn: {
    type: digits({ maximum: 12, withoutLeadingZeros: true }),
    empty: null,
    note: 'Unique in the file, and registered to no other landlord',
  },
  address_line_1: {
    type: text(),
    empty: null,
    required: withoutUprn,
    note: 'Columns 3 to 7 have at most 1000 characters together. Without a uprn they name the property: a second row of the file with the same address is an error',
  },
  address_line_2: { type: text(), empty: null },
  town_or_city: { type: text(), empty: null, required: withoutUprn },
  county: { type: text(), empty: null },
  postcode: { type: postcode, empty: null, required: withoutUprn },
  local_council_code: {
    type: digits({ maximum: 5, withoutLeadingZeros: false }),
    empty: null,
    required: withoutUprn,
  },
  property_type: {
    type: oneOf('DETACHED_HOUSE', 'SEMI_DETACHED_HOUSE', 'TERRACED_HOUSE', 'FLAT', 'OTHER'),
    empty: '',
    required: always,
    inHeader: true,
  },
  custom_property_type: {
    type: text(255),
    empty: null,
    needed: isOther('property_type'),
    required: isOther('property_type'),
    forbidden: () => true,
  },
  ownership_type: {
    type: oneOf('FREEHOLD', 'LEASEHOLD', 'SHARE_OF_FREEHOLD', 'COMMONHOLD'),
    empty: '',
    required: always,
    inHeader: true,
  },
  licensing_type: {
    type: oneOf(
      'SELECTIVE_LICENCE',
      'HMO_MANDATORY_LICENCE',
      'HMO_ADDITIONAL_LICENCE',
      'NO_LICENSING',
      'PROVIDE_LATER',
    ),
    empty: '',
    required: always,
    inHeader: true,
  },
  licence_number: { type: text(255), empty: null, needed: licensed, required: licensed },
  is_occupied: { type: yesOrNo, empty: false, required: always, inHeader: true },
  tenancy_provide_later: {
    type: yesOrNo,
    empty: false,
    needed: occupied,
    note: 'Empty means no',
  },
  num_households: {
    type: wholeNumber({ minimum: 0 }),
    empty: null,
    needed: occupied,
    required: unlessTenancyLater(occupied),
    forbidden: aboveZero,
    check: (value) => (value < 1 ? problem('is out of range', '1 to 9999 if occupied') : undefined),
    note: 'At least 1 if occupied, else empty or 0',
  },
  num_people: {
    type: wholeNumber({ minimum: 0 }),
    empty: null,
    needed: occupied,
    required: unlessTenancyLater(occupied),
    forbidden: aboveZero,
    check: (value, cell) =>
      value < (cell('num_households') ?? 0) ? problem('is less than num_households') : undefined,
    note: 'At least num_households if occupied, else empty or 0',
  },
  num_bedrooms: {
    type: wholeNumber({ minimum: 1 }),
    empty: null,
    needed: occupied,
    required: occupied,
  },
  rent_includes_bills: {
    type: yesOrNo,
    empty: null,
    needed: occupied,
    required: unlessTenancyLater(occupied),
  },
  bills_included: {
    type: someOf(
      'GAS',
      'ELECTRICITY',
      'WATER',
      'COUNCIL_TAX',
      'LANDLINE',
      'BROADBAND',
      'TV_LICENCE',
      'CABLE_OR_SATELLITE_TV',
      'PARKING',
      'GARDENING',
      'CLEANER_FOR_COMMUNAL_AREAS',
      'SOMETHING_ELSE',
    ),
    empty: [],
    needed: billsIncluded,
    required: unlessTenancyLater(billsIncluded),
  },
  custom_bills_included: {
    type: text(200),
    empty: null,
    needed: otherBill,
    required: unlessTenancyLater(otherBill),
  },
  furnished_status: {
    type: oneOf('FURNISHED', 'PART_FURNISHED', 'UNFURNISHED'),
    empty: null,
    needed: occupied,
    required: unlessTenancyLater(occupied),
  },
  rent_frequency: {
    type: oneOf('WEEKLY', 'FOUR_WEEKLY', 'MONTHLY', 'OTHER'),
    empty: null,
    needed: occupied,
    required: unlessTenancyLater(occupied),
  },
  custom_rent_frequency: {
    type: text(255),
    empty: null,
    needed: isOther('rent_frequency'),
    required: unlessTenancyLater(isOther('rent_frequency')),
  },
  rent_amount: {
    type: amount,
    empty: null,
    needed: occupied,
    required: unlessTenancyLater(occupied),
  },
  has_gas_supply: { type: yesOrNo, empty: false, required: always, inHeader: true },
  gas_cert_issue_date: {
    type: date({ notAfterToday: true }),
    empty: null,
    needed: gasNow,
    required: gasNow,
    note: 'The certificate is valid for one year',
  },
  gas_provide_later: { type: yesOrNo, empty: false, needed: gas, note: 'Empty means no' },
  electrical_cert_type: {
    type: oneOf('EIC', 'EICR', 'NONE'),
    empty: null,
    needed: electricalNow,
    required: electricalNow,
  },
  electrical_expiry_date: {
    type: date({ notAfterToday: false }),
    empty: null,
    needed: electricalCertificate,
    required: electricalCertificate,
  },
  electrical_provide_later: { type: yesOrNo, empty: false, note: 'Empty means no' },
  epc_certificate_number: {
    type: epcNumber,
    empty: null,
    note: 'Exactly one of epc_certificate_number, epc_exemption_reason and epc_provide_later (yes) is given',
  },
  epc_expiry_date: { type: date({ notAfterToday: false }), empty: null, needed: epc, required: epc },
  epc_energy_rating: {
    type: oneOf('A', 'B', 'C', 'D', 'E', 'F', 'G'),
    empty: null,
    needed: epc,
    required: epc,
  },
  tenancy_started_before_epc_expiry: {
    type: yesOrNo,
    empty: null,
    needed: epcExpired,
    required: epcExpired,
  },
  epc_exemption_reason: {
    type: oneOf(
      'ANNUAL_USE_LESS_THAN_4_MONTHS',
      'ANNUAL_ENERGY_CONSUMPTION_LESS_THAN_25_PERCENT',
      'TEMPORARY_BUILDING',
      'STANDALONE_SMALL_BUILDING',
      'DUE_FOR_DEMOLITION',
      'PROTECTED_ARCHITECTURAL_OR_HISTORICAL_MERIT',
    ),
    empty: null,
  },
  mees_exemption_reason: {
    type: oneOf(
      'HIGH_COST',
      'ALL_IMPROVEMENTS_MADE',
      'WALL_INSULATION',
      'THIRD_PARTY_CONSENT',
      'PROPERTY_DEVALUATION',
      'NEW_LANDLORD',
    ),
    empty: null,
    needed: lowRating,
    forbidden: () => true,
  },
  epc_provide_later: { type: yesOrNo, empty: false, note: 'Empty means no' },
  joint_landlord_emails: { type: emails, empty: [] },
};

/** The columns that a header must have. */
export const headerColumns = propertyColumns.filter((name) => columns[name].inHeader);
