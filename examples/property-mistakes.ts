import type { ExampleRow } from './property-rows.ts';

/** What is changed in a good row, and the columns under which the errors must stand. */
export interface Mistake {
  changes: ExampleRow;
  errors: string[];
}

const let_: ExampleRow = {
  is_occupied: 'yes',
  tenancy_provide_later: '',
  num_households: '1',
  num_people: '2',
  num_bedrooms: '2',
  rent_includes_bills: 'no',
  bills_included: '',
  custom_bills_included: '',
  furnished_status: 'FURNISHED',
  rent_frequency: 'MONTHLY',
  custom_rent_frequency: '',
  rent_amount: '950',
};
const vacant: ExampleRow = {
  ...Object.fromEntries(Object.keys(let_).map((name) => [name, ''])),
  is_occupied: 'no',
};
const billed: ExampleRow = { ...let_, rent_includes_bills: 'yes' };
const withGas: ExampleRow = { has_gas_supply: 'yes', gas_cert_issue_date: '', gas_provide_later: '' };
const wired: ExampleRow = {
  electrical_cert_type: 'EICR',
  electrical_expiry_date: '',
  electrical_provide_later: '',
};
const noEpc: ExampleRow = {
  epc_certificate_number: '',
  epc_expiry_date: '',
  epc_energy_rating: '',
  tenancy_started_before_epc_expiry: '',
  epc_exemption_reason: '',
  mees_exemption_reason: '',
  epc_provide_later: '',
};
const rated: ExampleRow = {
  ...noEpc,
  epc_certificate_number: '00001111222233334444',
  epc_expiry_date: '2033-03-31',
  epc_energy_rating: 'C',
  tenancy_started_before_epc_expiry: 'yes',
};

/** Every kind of mistake that a row can have by itself, each in a row of its own, on whatever day it is loaded. */
export const mistakes: Mistake[] = (
  [
    ['row_reference', { row_reference: '' }],
    ['row_reference', { row_reference: 'x'.repeat(256) }],
    ['uprn', { uprn: '1234567890123' }],
    ['uprn', { uprn: 'unknown' }],
    ['address_line_1', { uprn: '', address_line_1: '' }],
    ['address_line_1', { address_line_2: 'Behind the old mill '.repeat(52) }],
    ['town_or_city', { uprn: '', town_or_city: '' }],
    ['postcode', { uprn: '', postcode: '' }],
    ['postcode', { postcode: 'ZZ1 1CC' }],
    ['local_council_code', { uprn: '', local_council_code: '' }],
    ['local_council_code', { local_council_code: '9000A' }],
    ['property_type', { property_type: '', custom_property_type: '' }],
    ['property_type', { property_type: 'Castle', custom_property_type: '' }],
    ['custom_property_type', { property_type: 'OTHER', custom_property_type: '' }],
    ['custom_property_type', { property_type: 'FLAT', custom_property_type: 'Maisonette' }],
    ['ownership_type', { ownership_type: 'Owned' }],
    ['licensing_type', { licensing_type: '' }],
    ['licence_number', { licensing_type: 'SELECTIVE_LICENCE', licence_number: '' }],
    ['is_occupied', { ...vacant, is_occupied: 'sometimes' }],
    ['tenancy_provide_later', { ...let_, tenancy_provide_later: 'perhaps' }],
    ['num_households', { ...let_, num_households: '0' }],
    ['num_households', { ...vacant, num_households: '2' }],
    ['num_people', { ...let_, num_households: '3' }],
    ['num_people', { ...let_, num_people: 'two' }],
    ['num_bedrooms', { ...let_, num_bedrooms: '' }],
    ['num_bedrooms', { ...let_, num_bedrooms: '10,000' }],
    ['rent_includes_bills', { ...let_, rent_includes_bills: '' }],
    ['bills_included', { ...billed, bills_included: '' }],
    ['bills_included', { ...billed, bills_included: 'GAS;COAL' }],
    ['custom_bills_included', { ...billed, bills_included: 'SOMETHING_ELSE' }],
    ['furnished_status', { ...let_, furnished_status: 'Some chairs' }],
    ['rent_frequency', { ...let_, rent_frequency: 'DAILY' }],
    ['custom_rent_frequency', { ...let_, rent_frequency: 'OTHER' }],
    ['rent_amount', { ...let_, rent_amount: '12,50' }],
    ['rent_amount', { ...let_, rent_amount: '0' }],
    ['has_gas_supply', { has_gas_supply: 'n/a', gas_cert_issue_date: '', gas_provide_later: '' }],
    ['gas_cert_issue_date', withGas],
    ['gas_cert_issue_date', { ...withGas, gas_cert_issue_date: '2199-01-01' }],
    ['gas_cert_issue_date', { ...withGas, gas_cert_issue_date: '30/02/2026' }],
    ['gas_provide_later', { ...withGas, gas_provide_later: 'soon' }],
    ['electrical_cert_type', { ...wired, electrical_cert_type: '' }],
    ['electrical_expiry_date', wired],
    ['electrical_expiry_date', { ...wired, electrical_expiry_date: '1/9/2028' }],
    ['electrical_provide_later', { ...wired, electrical_provide_later: 'tbc' }],
    ['epc_certificate_number', noEpc],
    ['epc_certificate_number', { ...rated, epc_certificate_number: '1234-5678' }],
    ['epc_certificate_number epc_provide_later', { ...rated, epc_provide_later: 'yes' }],
    ['epc_certificate_number epc_exemption_reason', { ...rated, epc_exemption_reason: 'TEMPORARY_BUILDING' }],
    ['epc_expiry_date', { ...rated, epc_expiry_date: '2201-01-01' }],
    ['epc_energy_rating', { ...rated, epc_energy_rating: 'H' }],
    [
      'tenancy_started_before_epc_expiry',
      { ...let_, ...rated, epc_expiry_date: '2019-06-30', tenancy_started_before_epc_expiry: '' },
    ],
    ['epc_exemption_reason', { ...noEpc, epc_exemption_reason: 'Too cold' }],
    ['mees_exemption_reason', { ...rated, mees_exemption_reason: 'HIGH_COST' }],
    ['epc_provide_later', { ...noEpc, epc_provide_later: 'later' }],
    ['joint_landlord_emails', { joint_landlord_emails: 'nobody' }],
    ['joint_landlord_emails', { joint_landlord_emails: 'one@example.org;ONE@example.org' }],
    // A cell that a spreadsheet would run must come back defused.
    [
      'property_type',
      { property_type: 'Hut', custom_property_type: '', notes: '=HYPERLINK("http://example.org")' },
    ],
    ['postcode rent_amount', { ...let_, postcode: '@SUM(A1:A9)', rent_amount: '-950' }],
  ] as [string, ExampleRow][]
).map(([errors, changes]) => ({ errors: errors.split(' '), changes }));
