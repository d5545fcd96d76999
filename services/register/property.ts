/** A property as the register keeps it; the names are those of the CSV's columns and of the table's. */
export interface Property {
  /** The landlord's own name for it. */
  row_reference: string;
  /** Digits without leading zeros; of one landlord at most. */
  uprn: string | null;
  address_line_1: string | null;
  address_line_2: string | null;
  town_or_city: string | null;
  county: string | null;
  postcode: string | null;
  local_council_code: string | null;
  property_type: string;
  custom_property_type: string | null;
  ownership_type: string;
  licensing_type: string;
  licence_number: string | null;
  is_occupied: boolean;
  tenancy_provide_later: boolean;
  num_households: number | null;
  num_people: number | null;
  num_bedrooms: number | null;
  rent_includes_bills: boolean | null;
  bills_included: string[];
  custom_bills_included: string | null;
  furnished_status: string | null;
  rent_frequency: string | null;
  custom_rent_frequency: string | null;
  /** Pounds: digits, then at most a point and two digits. */
  rent_amount: string | null;
  has_gas_supply: boolean;
  /** Dates are `YYYY-MM-DD`. */
  gas_cert_issue_date: string | null;
  gas_provide_later: boolean;
  electrical_cert_type: string | null;
  electrical_expiry_date: string | null;
  electrical_provide_later: boolean;
  /** 20 digits as 4-4-4-4-4. */
  epc_certificate_number: string | null;
  epc_expiry_date: string | null;
  epc_energy_rating: string | null;
  tenancy_started_before_epc_expiry: boolean | null;
  epc_exemption_reason: string | null;
  mees_exemption_reason: string | null;
  epc_provide_later: boolean;
  joint_landlord_emails: string[];
}

/** Name of one of the 39 columns. */
export type PropertyColumn = keyof Property;

/** The columns of a property in their order. */
export const propertyColumns = [
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
] as const satisfies readonly PropertyColumn[];
