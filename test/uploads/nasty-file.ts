import { type PropertyColumn, propertyColumns } from '../../services/register/property.ts';

/** A file that somebody might upload, and all that must become of it. */
export interface NastyFile {
  /** What is the matter with it: "a file with …". */
  with: string;
  content: string | Buffer | (() => Promise<Buffer>);
  /** What the register holds afterwards, in the order of row_reference. Default: nothing. */
  loads?: StoredProperty[];
  /** The lines of the error report, as they stand there. Default: there is none. */
  reports?: string[];
  /** Default: none. */
  warns?: string[];
  /** Why nothing is loaded of it. */
  isRejected?: string;
}

/** A property as the register holds it; dates and amounts as JSON has them. */
export type StoredProperty = Record<PropertyColumn, unknown>;

/** Cells by their column. */
export type Cells = Partial<Record<PropertyColumn, string>>;

/** The columns of most files here; of the optional ones only those that the smallest good row needs. */
export const columns: PropertyColumn[] = [
  'row_reference',
  'uprn',
  'address_line_1',
  'property_type',
  'ownership_type',
  'licensing_type',
  'is_occupied',
  'has_gas_supply',
  'electrical_provide_later',
  'epc_provide_later',
];

const good: Cells = {
  property_type: 'FLAT',
  ownership_type: 'LEASEHOLD',
  licensing_type: 'NO_LICENSING',
  is_occupied: 'no',
  has_gas_supply: 'no',
  electrical_provide_later: 'yes',
  epc_provide_later: 'yes',
};

/** The cells of a good row, in the order of the columns, but for those that are given. */
export function row(cells: Cells, names: readonly PropertyColumn[] = columns): string[] {
  return names.map((name) => ({ ...good, ...cells })[name] ?? '');
}

/** A header and good rows but for what is given. */
export function table(...rows: Cells[]): string[][] {
  return [[...columns], ...rows.map((cells) => row(cells))];
}

/** What is stored of a good row with these values. */
export function stored(values: Partial<StoredProperty>): StoredProperty {
  const empty = Object.fromEntries(propertyColumns.map((name) => [name, null])) as StoredProperty;
  return {
    ...empty,
    ...good,
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
}
