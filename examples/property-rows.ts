/** The cells of one row by column; columns that are not named are empty. */
export type ExampleRow = Record<string, string>;

/** The header of the example file: the 39 columns and one that the upload does not know. */
export const exampleColumns = [
  'row_reference',
  'uprn',
  'address_line_1',
  'address_line_2',
  'town_or_city',
  'county',
  'postcode',
  'local_council_code',
  'property_type',
  'custom_property_type',
  'ownership_type',
  'licensing_type',
  'licence_number',
  'is_occupied',
  'tenancy_provide_later',
  'num_households',
  'num_people',
  'num_bedrooms',
  'rent_includes_bills',
  'bills_included',
  'custom_bills_included',
  'furnished_status',
  'rent_frequency',
  'custom_rent_frequency',
  'rent_amount',
  'has_gas_supply',
  'gas_cert_issue_date',
  'gas_provide_later',
  'electrical_cert_type',
  'electrical_expiry_date',
  'electrical_provide_later',
  'epc_certificate_number',
  'epc_expiry_date',
  'epc_energy_rating',
  'tenancy_started_before_epc_expiry',
  'epc_exemption_reason',
  'mees_exemption_reason',
  'epc_provide_later',
  'joint_landlord_emails',
  'notes',
];

const streets = [
  'High Street',
  'Station Road',
  'Mill Lane',
  'Church Road',
  'Park Avenue',
  "King's Court",
  'The Green',
];
const towns = [
  { town: 'Anytown', area: 'ZZ1', council: '90001' },
  { town: 'Exampleham', area: 'ZZ24', council: '90002' },
  { town: 'Sampleford', area: 'ZY3', council: '90003' },
  { town: 'Upper Placeholder', area: 'ZX9', council: '90004' },
];
const notes = [
  '',
  '',
  'Keys at the office',
  'Corner plot, two entrances',
  'Says "beware of the dog"',
  'Upper floor\nno lift',
];

/** A good row, whatever the day on which it is loaded: let or empty, with certificates in every state. */
export function goodRow(index: number): ExampleRow {
  const place = pick(towns, index);
  return {
    row_reference: `H-${String(index + 1).padStart(4, '0')}`,
    ...(index % 5 === 4 ? {} : { uprn: String(999_000_000_001 + index * 7) }),
    address_line_1: `${index + 1} ${pick(streets, index)}`,
    address_line_2: index % 6 === 2 ? `Flat ${(index % 9) + 1}` : '',
    town_or_city: place.town,
    county: index % 3 === 0 ? 'Example County' : '',
    postcode: `${place.area} ${index % 10}${pick(['AA', 'BD', 'JL', 'XY'], index)}`,
    local_council_code: place.council,
    ...kind(index),
    ...tenancy(index),
    ...gas(index),
    ...electrical(index),
    ...epc(index),
    joint_landlord_emails: pick(
      ['', '', '', 'joint.owner@example.org', 'one@example.org; two@example.org'],
      index,
    ),
    notes: pick(notes, index),
  };
}

function kind(index: number): ExampleRow {
  const propertyType = pick(
    ['FLAT', 'Terraced house', 'semi-detached house', 'DETACHED_HOUSE', 'OTHER'],
    index,
  );
  const licensing = pick(
    [
      'NO_LICENSING',
      'no licensing',
      'SELECTIVE_LICENCE',
      'PROVIDE_LATER',
      'hmo-mandatory-licence',
      'HMO_ADDITIONAL_LICENCE',
    ],
    index,
  );
  return {
    property_type: propertyType,
    custom_property_type: propertyType === 'OTHER' ? 'Converted boathouse' : '',
    ownership_type: pick(['FREEHOLD', 'Leasehold', 'share of freehold', 'COMMONHOLD'], index),
    licensing_type: licensing,
    licence_number: /licence$/i.test(licensing) ? `LIC/${1000 + index}` : '',
  };
}

function tenancy(index: number): ExampleRow {
  if (index % 7 === 3) return { is_occupied: 'no', num_households: '0' };
  if (index % 11 === 5) return { is_occupied: 'yes', tenancy_provide_later: 'yes', num_bedrooms: '2' };
  const bills = index % 4 === 1;
  const frequency = pick(['MONTHLY', 'monthly', 'Four-weekly', 'WEEKLY', 'OTHER'], index);
  return {
    is_occupied: pick(['yes', 'Y', 'TRUE', '1'], index),
    num_households: String((index % 2) + 1),
    num_people: String((index % 4) + 2),
    num_bedrooms: String((index % 5) + 1),
    rent_includes_bills: bills ? 'yes' : 'no',
    bills_included: bills
      ? pick(['WATER;COUNCIL_TAX', 'gas; electricity; water', 'BROADBAND;SOMETHING_ELSE'], index)
      : '',
    custom_bills_included: bills ? 'Window cleaning' : '',
    furnished_status: pick(['FURNISHED', 'part furnished', 'UNFURNISHED'], index),
    rent_frequency: frequency,
    custom_rent_frequency: frequency === 'OTHER' ? 'Each term' : '',
    rent_amount: pick(['950', '£1,250.00', '1,100', '725.5', '£880'], index),
  };
}

function gas(index: number): ExampleRow {
  if (index % 5 === 2) return { has_gas_supply: 'no' };
  if (index % 9 === 4) return { has_gas_supply: 'yes', gas_provide_later: 'yes' };
  const month = String((index % 9) + 1).padStart(2, '0');
  return {
    has_gas_supply: 'yes',
    gas_cert_issue_date: pick(
      [`2026-${month}-14`, `14/${month}/2026`, '29/02/2024', `2025-${month}-30`.replace('02-30', '02-28')],
      index,
    ),
  };
}

function electrical(index: number): ExampleRow {
  if (index % 8 === 3) return { electrical_provide_later: 'yes' };
  if (index % 13 === 6) return { electrical_cert_type: 'NONE' };
  return {
    electrical_cert_type: pick(['EICR', 'EIC', 'eicr'], index),
    electrical_expiry_date: pick(['2030-05-31', '01/09/2028', '2024-12-31', '2031-01-15'], index),
  };
}

function epc(index: number): ExampleRow {
  if (index % 10 === 6) return { epc_exemption_reason: 'Standalone small building' };
  if (index % 12 === 7) return { epc_provide_later: 'yes' };
  const digits = String(10_000 + index).repeat(4);
  const rating = pick(['C', 'd', 'B', 'E', 'F', 'A', 'G'], index);
  return {
    epc_certificate_number: index % 2 === 0 ? digits : digits.replace(/(....)(?!$)/g, '$1-'),
    epc_expiry_date: pick(['2033-03-31', '2019-06-30', '30/11/2029'], index),
    epc_energy_rating: rating,
    mees_exemption_reason: rating === 'F' ? 'high cost' : '',
    // Answered for every EPC: each expires one day, and the answer is then required.
    tenancy_started_before_epc_expiry: pick(['yes', 'no'], index),
  };
}

function pick<Value>(values: readonly [Value, ...Value[]] | Value[], index: number): Value {
  return values[index % values.length] as Value;
}
