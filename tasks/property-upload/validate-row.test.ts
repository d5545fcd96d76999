import { describe, expect, it } from 'vitest';
import { CsvScanner } from '../../services/csv/csv-scanner.ts';
import { csvRecord } from '../../services/csv/write-csv.ts';
import { type Property, type PropertyColumn, propertyColumns } from '../../services/register/property.ts';
import { addressKey } from './address.ts';
import type { Column } from './column.ts';
import { columns } from './columns.ts';
import { placeOf } from './row-cells.ts';
import { createRowValidator, type ValidatedRow } from './validate-row.ts';

type Cells = Partial<Record<PropertyColumn, string>>;

const today = '2026-06-15';

/** A good row: let, with every certificate. Each case says what is different. */
const letHouse: Cells = {
  row_reference: 'R1',
  address_line_1: '1 High Street',
  town_or_city: 'Anytown',
  postcode: 'AB1 2DE',
  local_council_code: '123',
  property_type: 'FLAT',
  ownership_type: 'FREEHOLD',
  licensing_type: 'NO_LICENSING',
  is_occupied: 'yes',
  num_households: '2',
  num_people: '3',
  num_bedrooms: '2',
  rent_includes_bills: 'no',
  furnished_status: 'FURNISHED',
  rent_frequency: 'MONTHLY',
  rent_amount: '950',
  has_gas_supply: 'yes',
  gas_cert_issue_date: '2026-01-01',
  electrical_cert_type: 'EICR',
  electrical_expiry_date: '2030-01-01',
  epc_certificate_number: '12345678901234567890',
  epc_expiry_date: '2030-01-01',
  epc_energy_rating: 'C',
};

const vacant: Cells = {
  is_occupied: 'no',
  num_households: '',
  num_people: '',
  num_bedrooms: '',
  rent_includes_bills: '',
  furnished_status: '',
  rent_frequency: '',
  rent_amount: '',
};
const tenancyLater: Cells = {
  ...vacant,
  is_occupied: 'yes',
  num_bedrooms: '2',
  tenancy_provide_later: 'yes',
};
const noEpc: Cells = { epc_certificate_number: '', epc_expiry_date: '', epc_energy_rating: '' };
const expiredEpc: Cells = { epc_expiry_date: '2020-01-01' };
const noAddress: Cells = { address_line_1: '', town_or_city: '', postcode: '', local_council_code: '' };

/** One for all cases: no row may remember another. */
const validate = createRowValidator(
  Object.fromEntries(propertyColumns.map((name, index) => [name, index])),
  today,
);

function check(changes: Cells) {
  const cells: Cells = { ...letHouse, ...changes };
  return told(
    validate,
    propertyColumns.map((name) => cells[name] ?? ''),
  );
}

/** What the validator finds in a row of those cells. */
function told(validator: typeof validate, row: string[]) {
  const rows: ReturnType<typeof found>[] = [];
  const scanner = new CsvScanner();
  scanner.write(Buffer.from(csvRecord(row)), (scanned) => rows.push(found(validator(scanned))));
  expect(rows).toHaveLength(1);
  return rows[0] as ReturnType<typeof found>;
}

function found({ problems, addressKey, cells }: ValidatedRow) {
  const value = (name: PropertyColumn) => cells.value(placeOf[name]);
  const stored = propertyColumns.map((name) => [
    name,
    value(name) ?? (columns[name] as Column<unknown>).empty,
  ]);
  return {
    problems,
    addressKey,
    rowReference: value('row_reference'),
    uprn: value('uprn'),
    property: problems.length > 0 ? undefined : Object.fromEntries(stored),
  };
}

const long = (characters: number, of = 'x') => of.repeat(characters);

/** Cells that make a good row, and what of it is stored. */
const good: [rule: string, changes: Cells, stored: Partial<Property>][] = [
  ['the row itself', {}, { row_reference: 'R1', uprn: null, is_occupied: true, bills_included: [] }],
  ['row_reference is trimmed', { row_reference: '\u00a0 A 1\ufeff\u2003' }, { row_reference: 'A 1' }],
  ['row_reference with NEL round it', { row_reference: '\u0085A\u0085' }, { row_reference: 'A' }],
  ['row_reference of 255', { row_reference: long(255) }, { row_reference: long(255) }],
  [
    'row_reference of 255 code points',
    { row_reference: long(255, '😀') },
    { row_reference: long(255, '😀') },
  ],
  ['uprn of 1 digit', { uprn: '7' }, { uprn: '7' }],
  ['uprn of 12 digits', { uprn: '123456789012' }, { uprn: '123456789012' }],
  ['uprn without leading zeros', { uprn: '000100' }, { uprn: '100' }],
  ['uprn zero', { uprn: '000' }, { uprn: '0' }],
  ['no address with a uprn', { uprn: '1', ...noAddress }, { address_line_1: null, postcode: null }],
  [
    'an address kept with a uprn',
    { uprn: '1' },
    { address_line_1: '1 High Street', local_council_code: '123' },
  ],
  ['address_line_2 and county', { address_line_2: 'Flat 2', county: 'Anyshire' }, { county: 'Anyshire' }],
  ['an address of 1000', { address_line_1: long(1000 - 18) }, {}],
  ['postcode kept as given', { postcode: 'ab1 2de' }, { postcode: 'ab1 2de' }],
  ['postcode without blank', { postcode: 'W1A1AA' }, { postcode: 'W1A1AA' }],
  ['postcode with many blanks', { postcode: 'E C1A 1 B B' }, { postcode: 'E C1A 1 B B' }],
  ['postcode GIR 0AA', { postcode: 'gir 0aa' }, { postcode: 'gir 0aa' }],
  ['council code of 1 digit', { local_council_code: '0' }, { local_council_code: '0' }],
  ['council code of 5 digits', { local_council_code: '00123' }, { local_council_code: '00123' }],
  ['property_type in lower case', { property_type: 'detached_house' }, { property_type: 'DETACHED_HOUSE' }],
  [
    'property_type with blanks',
    { property_type: 'Semi detached house' },
    { property_type: 'SEMI_DETACHED_HOUSE' },
  ],
  [
    'property_type with hyphens',
    { property_type: 'semi-detached-house' },
    { property_type: 'SEMI_DETACHED_HOUSE' },
  ],
  ['property_type terraced', { property_type: 'TERRACED HOUSE' }, { property_type: 'TERRACED_HOUSE' }],
  [
    'custom_property_type with OTHER',
    { property_type: 'Other', custom_property_type: long(255) },
    { property_type: 'OTHER', custom_property_type: long(255) },
  ],
  ['ownership LEASEHOLD', { ownership_type: 'Leasehold' }, { ownership_type: 'LEASEHOLD' }],
  [
    'ownership SHARE_OF_FREEHOLD',
    { ownership_type: 'share of freehold' },
    { ownership_type: 'SHARE_OF_FREEHOLD' },
  ],
  ['ownership COMMONHOLD', { ownership_type: 'COMMONHOLD' }, { ownership_type: 'COMMONHOLD' }],
  ['licensing PROVIDE_LATER', { licensing_type: 'provide later' }, { licensing_type: 'PROVIDE_LATER' }],
  [
    'a licence with its number',
    { licensing_type: 'HMO-mandatory-licence', licence_number: 'L/1' },
    { licensing_type: 'HMO_MANDATORY_LICENCE', licence_number: 'L/1' },
  ],
  [
    'a licence_number that is not needed',
    { licensing_type: 'NO_LICENSING', licence_number: 'L/1' },
    { licence_number: null },
  ],
  ['boolean y', { is_occupied: 'Y' }, { is_occupied: true }],
  ['boolean TRUE', { is_occupied: 'TRUE' }, { is_occupied: true }],
  ['boolean 1', { is_occupied: '1' }, { is_occupied: true }],
  ['boolean n', { ...vacant, is_occupied: 'n' }, { is_occupied: false }],
  ['boolean False', { ...vacant, is_occupied: 'False' }, { is_occupied: false }],
  ['boolean 0', { ...vacant, is_occupied: '0' }, { is_occupied: false, rent_includes_bills: null }],
  ['a vacant property', vacant, { is_occupied: false, num_households: null, rent_amount: null }],
  [
    'a vacant property with zeros',
    { ...vacant, num_households: '0', num_people: '000' },
    { num_households: null, num_people: null },
  ],
  [
    'values that a vacant property does not need',
    { ...vacant, num_bedrooms: '2', rent_amount: '£900', rent_frequency: 'OTHER', bills_included: 'GAS' },
    { num_bedrooms: null, rent_amount: null, rent_frequency: null, bills_included: [] },
  ],
  [
    'tenancy_provide_later that a vacant property ignores',
    { ...vacant, tenancy_provide_later: 'yes' },
    { tenancy_provide_later: false },
  ],
  ['a tenancy for later', tenancyLater, { tenancy_provide_later: true, num_bedrooms: 2, rent_amount: null }],
  [
    'a tenancy for later with what is known',
    { ...tenancyLater, num_people: '4', rent_amount: '1,000', rent_frequency: 'other' },
    { num_people: 4, rent_amount: '1000', rent_frequency: 'OTHER', custom_rent_frequency: null },
  ],
  [
    'a tenancy for later with bills unnamed',
    { ...tenancyLater, rent_includes_bills: 'yes' },
    { rent_includes_bills: true, bills_included: [] },
  ],
  [
    'a tenancy for later with a bill untold',
    { ...tenancyLater, rent_includes_bills: 'yes', bills_included: 'something else' },
    { bills_included: ['SOMETHING_ELSE'], custom_bills_included: null },
  ],
  ['num_people as num_households', { num_people: '2' }, { num_people: 2 }],
  ['num_households 9999', { num_households: '9999', num_people: '9999' }, { num_households: 9999 }],
  ['leading zeros of a number', { num_bedrooms: '007' }, { num_bedrooms: 7 }],
  [
    'bills, trimmed, each once',
    { rent_includes_bills: 'yes', bills_included: ' gas ;WATER;; Gas;tv-licence;' },
    { bills_included: ['GAS', 'WATER', 'TV_LICENCE'] },
  ],
  [
    'something else told',
    { rent_includes_bills: 'yes', bills_included: 'SOMETHING_ELSE', custom_bills_included: long(200) },
    { custom_bills_included: long(200) },
  ],
  [
    'bills that are not included',
    { rent_includes_bills: 'no', bills_included: 'GAS', custom_bills_included: 'x' },
    { bills_included: [], custom_bills_included: null },
  ],
  [
    'a custom bill that is not needed',
    { rent_includes_bills: 'yes', bills_included: 'GAS', custom_bills_included: 'x' },
    { custom_bills_included: null },
  ],
  ['furnished_status', { furnished_status: 'part furnished' }, { furnished_status: 'PART_FURNISHED' }],
  ['rent_frequency', { rent_frequency: 'four-weekly' }, { rent_frequency: 'FOUR_WEEKLY' }],
  [
    'custom_rent_frequency with OTHER',
    { rent_frequency: 'OTHER', custom_rent_frequency: 'each term' },
    { custom_rent_frequency: 'each term' },
  ],
  ['custom_rent_frequency not needed', { custom_rent_frequency: 'x' }, { custom_rent_frequency: null }],
  ['rent with pound sign and pence', { rent_amount: '£1,250.50' }, { rent_amount: '1250.50' }],
  ['rent with one decimal', { rent_amount: '1250.5' }, { rent_amount: '1250.5' }],
  ['rent with all commas', { rent_amount: '1,234,567' }, { rent_amount: '1234567' }],
  ['the smallest rent', { rent_amount: '0.01' }, { rent_amount: '0.01' }],
  ['the largest rent', { rent_amount: '9,999,999.99' }, { rent_amount: '9999999.99' }],
  ['rent with leading zeros', { rent_amount: '0012' }, { rent_amount: '12' }],
  ['no gas', { has_gas_supply: 'no', gas_cert_issue_date: '' }, { has_gas_supply: false }],
  ['a gas date that is not needed', { has_gas_supply: 'no' }, { gas_cert_issue_date: null }],
  [
    'a gas certificate issued today',
    { gas_cert_issue_date: '15/06/2026' },
    { gas_cert_issue_date: '2026-06-15' },
  ],
  [
    'a gas certificate long expired',
    { gas_cert_issue_date: '1900-01-01' },
    { gas_cert_issue_date: '1900-01-01' },
  ],
  [
    'a gas certificate for later',
    { gas_cert_issue_date: '2026-01-01', gas_provide_later: 'yes' },
    { gas_cert_issue_date: null, gas_provide_later: true },
  ],
  [
    'gas_provide_later without gas',
    { has_gas_supply: 'no', gas_provide_later: 'yes' },
    { gas_provide_later: false },
  ],
  ['a leap day', { gas_cert_issue_date: '29/02/2024' }, { gas_cert_issue_date: '2024-02-29' }],
  [
    'no electrical certificate',
    { electrical_cert_type: 'none', electrical_expiry_date: '' },
    { electrical_cert_type: 'NONE', electrical_expiry_date: null },
  ],
  ['an electrical date not needed', { electrical_cert_type: 'NONE' }, { electrical_expiry_date: null }],
  [
    'an electrical certificate for later',
    { electrical_cert_type: '', electrical_expiry_date: '', electrical_provide_later: 'yes' },
    { electrical_provide_later: true },
  ],
  [
    'an electrical certificate that is not needed',
    { electrical_cert_type: 'EIC', electrical_expiry_date: '', electrical_provide_later: 'yes' },
    { electrical_cert_type: null },
  ],
  ['the last day', { electrical_expiry_date: '2200-12-31' }, { electrical_expiry_date: '2200-12-31' }],
  [
    'an EPC number with hyphens anywhere',
    { epc_certificate_number: '-1234-567890-123456-7890--' },
    { epc_certificate_number: '1234-5678-9012-3456-7890' },
  ],
  ['epc_energy_rating in lower case', { epc_energy_rating: 'g' }, { epc_energy_rating: 'G' }],
  [
    'an expired EPC with its question answered',
    { ...expiredEpc, tenancy_started_before_epc_expiry: 'no' },
    { tenancy_started_before_epc_expiry: false },
  ],
  ['an EPC that expires today', { epc_expiry_date: today }, { tenancy_started_before_epc_expiry: null }],
  ['an expired EPC of a vacant property', { ...vacant, ...expiredEpc }, { epc_expiry_date: '2020-01-01' }],
  [
    'an answer that a valid EPC does not need',
    { tenancy_started_before_epc_expiry: 'yes' },
    { tenancy_started_before_epc_expiry: null },
  ],
  [
    'an EPC exemption',
    { ...noEpc, epc_exemption_reason: 'due for demolition' },
    { epc_exemption_reason: 'DUE_FOR_DEMOLITION', epc_certificate_number: null },
  ],
  [
    'EPC details that an exemption does not need',
    {
      ...noEpc,
      epc_exemption_reason: 'TEMPORARY_BUILDING',
      epc_expiry_date: '2030-01-01',
      epc_energy_rating: 'A',
    },
    { epc_expiry_date: null, epc_energy_rating: null },
  ],
  ['an EPC for later', { ...noEpc, epc_provide_later: 'yes' }, { epc_provide_later: true }],
  ['epc_provide_later no beside an EPC', { epc_provide_later: 'no' }, { epc_provide_later: false }],
  ['rating F without a reason', { epc_energy_rating: 'F' }, { mees_exemption_reason: null }],
  [
    'rating G with a reason',
    { epc_energy_rating: 'G', mees_exemption_reason: 'high-cost' },
    { mees_exemption_reason: 'HIGH_COST' },
  ],
  [
    'joint landlords',
    { joint_landlord_emails: ' a@example.org; B.c+d@sub.example.org ;;' },
    { joint_landlord_emails: ['a@example.org', 'B.c+d@sub.example.org'] },
  ],
  ['an e-mail of 320', { joint_landlord_emails: `${long(308)}@example.org` }, {}],
  ['a list of nothing', { joint_landlord_emails: ' ; ;' }, { joint_landlord_emails: [] }],
];

/** Cells that make a bad row, and the columns that the errors stand under. */
const bad: [rule: string, changes: Cells, errors: string[]][] = [
  ['row_reference missing', { row_reference: ' \u00a0' }, ['row_reference is missing']],
  ['row_reference of 256', { row_reference: long(256) }, ['row_reference is too long']],
  ['uprn of 13 digits', { uprn: '1234567890123' }, ['uprn is no number of the right length']],
  ['uprn with a letter', { uprn: '12a' }, ['uprn is no number of the right length']],
  ['uprn with other digits', { uprn: '١٢٣' }, ['uprn is no number of the right length']],
  [
    'a bad uprn does not ask for the address',
    { uprn: 'x', ...noAddress },
    ['uprn is no number of the right length'],
  ],
  [
    'neither uprn nor address',
    noAddress,
    [
      'address_line_1 is missing',
      'town_or_city is missing',
      'postcode is missing',
      'local_council_code is missing',
    ],
  ],
  ['an address of 1001', { address_line_1: long(1000 - 17) }, ['address_line_1 is too long']],
  ['a long address with a uprn', { uprn: '1', county: long(1000) }, ['address_line_1 is too long']],
  [
    'a long address with a part missing',
    { town_or_city: '', county: long(1000) },
    ['town_or_city is missing'],
  ],
  [
    'a long address beside a bad uprn, which decides what is required of it',
    { uprn: 'x', town_or_city: '', county: long(1000) },
    ['uprn is no number of the right length', 'address_line_1 is too long'],
  ],
  ['a long address with a bad postcode', { county: long(1000), postcode: 'x' }, ['postcode is no postcode']],
  ['postcode of digits', { postcode: '12345' }, ['postcode is no postcode']],
  ['postcode with a C at its end', { postcode: 'AB1 2AC' }, ['postcode is no postcode']],
  ['postcode with a hyphen', { postcode: 'AB1-2DE' }, ['postcode is no postcode']],
  ['a bad postcode with a uprn', { uprn: '1', postcode: 'nowhere' }, ['postcode is no postcode']],
  [
    'council code of 6 digits',
    { local_council_code: '123456' },
    ['local_council_code is no number of the right length'],
  ],
  [
    'council code with letters',
    { local_council_code: 'E0900' },
    ['local_council_code is no number of the right length'],
  ],
  ['property_type missing', { property_type: '' }, ['property_type is missing']],
  ['property_type unknown', { property_type: 'CASTLE' }, ['property_type is no known value']],
  ['custom_property_type missing', { property_type: 'OTHER' }, ['custom_property_type is missing']],
  [
    'custom_property_type too long',
    { property_type: 'OTHER', custom_property_type: long(256) },
    ['custom_property_type is too long'],
  ],
  ['custom_property_type forbidden', { custom_property_type: 'x' }, ['custom_property_type must be empty']],
  [
    'custom_property_type beside a bad property_type',
    { property_type: 'CASTLE', custom_property_type: 'x' },
    ['property_type is no known value'],
  ],
  ['ownership_type missing', { ownership_type: '' }, ['ownership_type is missing']],
  ['ownership_type unknown', { ownership_type: 'FREE' }, ['ownership_type is no known value']],
  ['licensing_type missing', { licensing_type: '' }, ['licensing_type is missing']],
  ['licensing_type unknown', { licensing_type: 'YES' }, ['licensing_type is no known value']],
  ['licence_number missing', { licensing_type: 'SELECTIVE_LICENCE' }, ['licence_number is missing']],
  [
    'licence_number missing, additional',
    { licensing_type: 'HMO_ADDITIONAL_LICENCE' },
    ['licence_number is missing'],
  ],
  [
    'licence_number too long though not needed',
    { licence_number: long(256) },
    ['licence_number is too long'],
  ],
  ['is_occupied missing', { is_occupied: '', num_people: '' }, ['is_occupied is missing']],
  ['is_occupied unclear', { is_occupied: 'maybe' }, ['is_occupied is neither yes nor no']],
  [
    'tenancy_provide_later unclear, and nothing asked that depends on it',
    { ...tenancyLater, tenancy_provide_later: 'x' },
    ['tenancy_provide_later is neither yes nor no'],
  ],
  [
    'tenancy_provide_later unclear of a vacant property',
    { ...vacant, tenancy_provide_later: 'x' },
    ['tenancy_provide_later is neither yes nor no'],
  ],
  [
    'everything of a tenancy missing',
    { ...vacant, is_occupied: 'yes' },
    [
      'num_households is missing',
      'num_people is missing',
      'num_bedrooms is missing',
      'rent_includes_bills is missing',
      'furnished_status is missing',
      'rent_frequency is missing',
      'rent_amount is missing',
    ],
  ],
  ['bedrooms missing though later', { ...tenancyLater, num_bedrooms: '' }, ['num_bedrooms is missing']],
  ['num_households 0 though occupied', { num_households: '0' }, ['num_households is out of range']],
  [
    'num_households 0 though later',
    { ...tenancyLater, num_households: '0' },
    ['num_households is out of range'],
  ],
  [
    'num_households of a vacant property',
    { ...vacant, num_households: '1' },
    ['num_households must be empty'],
  ],
  ['num_people of a vacant property', { ...vacant, num_people: '1' }, ['num_people must be empty']],
  ['num_households 10000', { num_households: '10000' }, ['num_households is out of range']],
  ['num_households with a point', { num_households: '1.0' }, ['num_households is no whole number']],
  ['num_households with a sign', { num_households: '+1' }, ['num_households is no whole number']],
  ['num_people with a comma', { num_people: '1,000' }, ['num_people is no whole number']],
  ['num_people fewer than households', { num_people: '1' }, ['num_people is less than num_households']],
  [
    'num_people fewer than households, later',
    { ...tenancyLater, num_households: '3', num_people: '2' },
    ['num_people is less than num_households'],
  ],
  [
    'num_people beside bad households',
    { num_households: 'x', num_people: '0' },
    ['num_households is no whole number'],
  ],
  ['num_bedrooms 0', { num_bedrooms: '0' }, ['num_bedrooms is out of range']],
  ['num_bedrooms in words', { num_bedrooms: 'two' }, ['num_bedrooms is no whole number']],
  ['num_bedrooms bad though vacant', { ...vacant, num_bedrooms: 'x' }, ['num_bedrooms is no whole number']],
  [
    'rent_includes_bills unclear',
    { rent_includes_bills: 'some' },
    ['rent_includes_bills is neither yes nor no'],
  ],
  ['bills_included missing', { rent_includes_bills: 'yes' }, ['bills_included is missing']],
  [
    'bills_included a list of nothing',
    { rent_includes_bills: 'yes', bills_included: ';' },
    ['bills_included is missing'],
  ],
  [
    'bills_included with an unknown item',
    { rent_includes_bills: 'yes', bills_included: 'GAS;HEAT' },
    ['bills_included has an unknown item'],
  ],
  [
    'bills_included with commas',
    { rent_includes_bills: 'yes', bills_included: 'GAS,WATER' },
    ['bills_included has an unknown item'],
  ],
  [
    'bills_included bad though not needed',
    { bills_included: 'HEAT' },
    ['bills_included has an unknown item'],
  ],
  [
    'custom_bills_included missing',
    { rent_includes_bills: 'yes', bills_included: 'SOMETHING_ELSE' },
    ['custom_bills_included is missing'],
  ],
  [
    'custom_bills_included too long',
    { custom_bills_included: long(201) },
    ['custom_bills_included is too long'],
  ],
  ['furnished_status unknown', { furnished_status: 'SOFA' }, ['furnished_status is no known value']],
  ['rent_frequency unknown', { rent_frequency: 'DAILY' }, ['rent_frequency is no known value']],
  ['custom_rent_frequency missing', { rent_frequency: 'OTHER' }, ['custom_rent_frequency is missing']],
  [
    'custom_rent_frequency too long',
    { custom_rent_frequency: long(256) },
    ['custom_rent_frequency is too long'],
  ],
  ...[
    '12,50',
    '1,2345',
    '1250.',
    '.50',
    '1.234',
    '-5',
    '£',
    '£ 5',
    '5 GBP',
    '1e3',
    '1,250,00',
    '$5',
    '１２',
  ].map((cell): [string, Cells, string[]] => [
    `rent_amount ${cell}`,
    { rent_amount: cell },
    ['rent_amount is no amount of money'],
  ]),
  ['rent_amount 0', { rent_amount: '0.00' }, ['rent_amount is out of range']],
  ['rent_amount 10,000,000', { rent_amount: '10,000,000' }, ['rent_amount is out of range']],
  ['rent_amount without end', { rent_amount: long(400, '9') }, ['rent_amount is out of range']],
  ['has_gas_supply missing', { has_gas_supply: '' }, ['has_gas_supply is missing']],
  ['gas_cert_issue_date missing', { gas_cert_issue_date: '' }, ['gas_cert_issue_date is missing']],
  [
    'gas_cert_issue_date missing, later no',
    { gas_cert_issue_date: '', gas_provide_later: 'no' },
    ['gas_cert_issue_date is missing'],
  ],
  [
    'gas_cert_issue_date tomorrow',
    { gas_cert_issue_date: '2026-06-16' },
    ['gas_cert_issue_date is after today'],
  ],
  ...['2026-6-1', '1/6/2026', '01.06.2026', '20260601', '01/06/26', '2026-06-01T00:00', '06/2026'].map(
    (cell): [string, Cells, string[]] => [
      `gas_cert_issue_date ${cell}`,
      { gas_cert_issue_date: cell },
      ['gas_cert_issue_date is no date'],
    ],
  ),
  ...['2025-02-29', '31/04/2025', '2025-13-01', '00/01/2025', '2025-01-32'].map(
    (cell): [string, Cells, string[]] => [
      `gas_cert_issue_date ${cell}`,
      { gas_cert_issue_date: cell },
      ['gas_cert_issue_date is a date that does not exist'],
    ],
  ),
  ['a date in 1899', { electrical_expiry_date: '31/12/1899' }, ['electrical_expiry_date is out of range']],
  ['a date in 2201', { electrical_expiry_date: '2201-01-01' }, ['electrical_expiry_date is out of range']],
  ['a date in 0000', { electrical_expiry_date: '0000-01-01' }, ['electrical_expiry_date is out of range']],
  [
    'gas date bad though not needed',
    { has_gas_supply: 'no', gas_cert_issue_date: 'x' },
    ['gas_cert_issue_date is no date'],
  ],
  ['gas_provide_later unclear', { gas_provide_later: 'soon' }, ['gas_provide_later is neither yes nor no']],
  [
    'gas_provide_later unclear without a date',
    { gas_provide_later: 'soon', gas_cert_issue_date: '' },
    ['gas_provide_later is neither yes nor no'],
  ],
  [
    'electrical_cert_type missing',
    { electrical_cert_type: '', electrical_expiry_date: '' },
    ['electrical_cert_type is missing'],
  ],
  [
    'electrical_cert_type unknown',
    { electrical_cert_type: 'PAT' },
    ['electrical_cert_type is no known value'],
  ],
  ['electrical_expiry_date missing', { electrical_expiry_date: '' }, ['electrical_expiry_date is missing']],
  [
    'electrical_expiry_date missing, EIC',
    { electrical_cert_type: 'EIC', electrical_expiry_date: '' },
    ['electrical_expiry_date is missing'],
  ],
  [
    'electrical_provide_later unclear',
    { electrical_provide_later: '?' },
    ['electrical_provide_later is neither yes nor no'],
  ],
  [
    'EPC number of 19 digits',
    { epc_certificate_number: '1234567890123456789' },
    ['epc_certificate_number is no certificate number'],
  ],
  [
    'EPC number with blanks',
    { epc_certificate_number: '1234 5678 9012 3456 7890' },
    ['epc_certificate_number is no certificate number'],
  ],
  [
    'a bad EPC number beside a reason',
    { epc_certificate_number: 'x', epc_exemption_reason: 'TEMPORARY_BUILDING' },
    ['epc_certificate_number is no certificate number'],
  ],
  ['epc_expiry_date missing', { epc_expiry_date: '' }, ['epc_expiry_date is missing']],
  ['epc_energy_rating missing', { epc_energy_rating: '' }, ['epc_energy_rating is missing']],
  ['epc_energy_rating H', { epc_energy_rating: 'H' }, ['epc_energy_rating is no known value']],
  ['an expired EPC asks about the tenancy', expiredEpc, ['tenancy_started_before_epc_expiry is missing']],
  [
    'an EPC that expired yesterday',
    { epc_expiry_date: '2026-06-14' },
    ['tenancy_started_before_epc_expiry is missing'],
  ],
  [
    'an expired EPC asks though later',
    { ...tenancyLater, ...expiredEpc },
    ['tenancy_started_before_epc_expiry is missing'],
  ],
  ['nothing of the EPC', noEpc, ['epc_certificate_number is missing']],
  [
    'nothing of the EPC, later no',
    { ...noEpc, epc_provide_later: 'no' },
    ['epc_certificate_number is missing'],
  ],
  [
    'EPC and exemption',
    { epc_exemption_reason: 'TEMPORARY_BUILDING' },
    ['epc_certificate_number contradicts another column', 'epc_exemption_reason contradicts another column'],
  ],
  [
    'EPC and later',
    { epc_provide_later: 'yes' },
    ['epc_certificate_number contradicts another column', 'epc_provide_later contradicts another column'],
  ],
  [
    'all three of the EPC',
    { epc_exemption_reason: 'TEMPORARY_BUILDING', epc_provide_later: 'yes' },
    [
      'epc_certificate_number contradicts another column',
      'epc_exemption_reason contradicts another column',
      'epc_provide_later contradicts another column',
    ],
  ],
  [
    'epc_exemption_reason unknown',
    { ...noEpc, epc_exemption_reason: 'OLD' },
    ['epc_exemption_reason is no known value'],
  ],
  [
    'epc_provide_later unclear',
    { ...noEpc, epc_provide_later: 'x' },
    ['epc_provide_later is neither yes nor no'],
  ],
  [
    'mees_exemption_reason with C',
    { mees_exemption_reason: 'HIGH_COST' },
    ['mees_exemption_reason must be empty'],
  ],
  [
    'mees_exemption_reason without an EPC',
    { ...noEpc, epc_provide_later: 'yes', mees_exemption_reason: 'HIGH_COST' },
    ['mees_exemption_reason must be empty'],
  ],
  [
    'mees_exemption_reason beside a bad rating',
    { epc_energy_rating: 'H', mees_exemption_reason: 'HIGH_COST' },
    ['epc_energy_rating is no known value'],
  ],
  [
    'mees_exemption_reason unknown',
    { epc_energy_rating: 'F', mees_exemption_reason: 'X' },
    ['mees_exemption_reason is no known value'],
  ],
  ...[
    'a',
    'a@b',
    '@example.org',
    'a@@example.org',
    'a b@example.org',
    'a,b@example.org',
    'a@example.',
    'a@.org',
    'a@example.org,b@example.org',
    'a@exa\u00a0mple.org',
  ].map((cell): [string, Cells, string[]] => [
    `e-mail ${cell}`,
    { joint_landlord_emails: cell },
    ['joint_landlord_emails has an item that is no e-mail address'],
  ]),
  [
    'an e-mail of 321',
    { joint_landlord_emails: `${long(309)}@example.org` },
    ['joint_landlord_emails has an address that is too long'],
  ],
  [
    'an e-mail twice without case',
    { joint_landlord_emails: 'a@example.org;A@EXAMPLE.ORG' },
    ['joint_landlord_emails names an address twice'],
  ],
  [
    'several mistakes at once, in the order of the columns',
    { postcode: 'x', uprn: '', rent_amount: 'x', property_type: '', epc_provide_later: 'x' },
    [
      'postcode is no postcode',
      'property_type is missing',
      'rent_amount is no amount of money',
      'epc_provide_later is neither yes nor no',
    ],
  ],
];

describe('a row is good', () => {
  it.each(good)('%s', (_, changes, stored) => {
    const { problems, property } = check(changes);
    expect(problems).toEqual([]);
    expect(property).toMatchObject(stored);
  });
});

describe('a row is bad', () => {
  it.each(bad)('%s', (_, changes, errors) => {
    const { problems, property } = check(changes);
    expect(problems.map(({ column, kind }) => `${column} ${kind}`)).toEqual(errors);
    expect(property).toBeUndefined();
    for (const { message, kind } of problems) {
      expect(message.startsWith(kind)).toBe(true);
      expect(message).not.toContain(';');
    }
  });
});

it('has a good and a bad case for nearly every column', () => {
  const withErrors = new Set(bad.flatMap(([, , errors]) => errors.map((error) => error.split(' ')[0])));
  expect(propertyColumns.filter((name) => !withErrors.has(name))).toEqual(['address_line_2', 'county']);
  const given = new Set(good.flatMap(([, changes]) => Object.keys(changes)));
  expect(propertyColumns.filter((name) => !given.has(name))).toEqual([]);
});

describe('what must be unique', () => {
  it('is told of a bad row too, as far as it is well formed', () => {
    expect(check({ uprn: '007', rent_amount: 'x' })).toMatchObject({ rowReference: 'R1', uprn: '7' });
    expect(check({ uprn: 'x' }).uprn).toBeUndefined();
    expect(check({ row_reference: long(256) }).rowReference).toBeUndefined();
  });

  it('is the address of a row without uprn, if it is whole', () => {
    const key = addressKey(['1 High Street', undefined, 'Anytown', undefined, 'AB1 2DE']);
    expect(check({})).toMatchObject({ addressKey: key });
    expect(check({ rent_amount: 'x' })).toMatchObject({ addressKey: key });
    expect(check({ uprn: '1' }).addressKey).toBeUndefined();
    expect(check({ uprn: 'x' }).addressKey).toBeUndefined();
    expect(check({ postcode: 'x' }).addressKey).toBeUndefined();
    expect(check({ town_or_city: '' }).addressKey).toBeUndefined();
    expect(check({ county: long(1000) }).addressKey).toBeUndefined();
  });

  it('is the same address without case, white space, punctuation and the blanks of its postcode', () => {
    const key = addressKey(['Flat 1, 2 High Street', undefined, 'Any-Town', undefined, 'ab12de']);
    expect(addressKey(['FLAT 1 - 2  high street.', '', 'any\u00a0town', '...', 'AB1 2DE'])).toBe(key);
    expect(addressKey(['Flat 1', '2 High Street', 'Any Town', undefined, 'A B12DE'])).toBe(key);
    expect(addressKey(['Flat 12 High Street', undefined, 'Any Town', undefined, 'AB12DE'])).not.toBe(key);
  });
});

it('a column that the file does not have counts as empty', () => {
  const { problems } = told(createRowValidator({ row_reference: 0, uprn: 1 }, today), ['R1', '5']);
  expect(problems.map(({ column }) => column)).toEqual([
    'property_type',
    'ownership_type',
    'licensing_type',
    'is_occupied',
    'has_gas_supply',
    'electrical_cert_type',
    'epc_certificate_number',
  ]);
});
