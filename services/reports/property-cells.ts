import { sql } from '../database/sql.ts';
import type { ReportColumn } from './report.ts';

/** Columns that say which property a row is about, from the table `property`. */
export const propertyCells = {
  registrationNumber: {
    name: 'registration_number',
    title: 'Registration number',
    type: 'text',
    widthCharacters: 16,
    value: sql`property.registration_number`,
  },
  landlord: {
    name: 'landlord_id',
    title: 'Landlord',
    type: 'text',
    widthCharacters: 16,
    value: sql`property.landlord_id`,
  },
  reference: {
    name: 'row_reference',
    title: "Landlord's reference",
    type: 'text',
    widthCharacters: 18,
    value: sql`property.row_reference`,
  },
  uprn: {
    name: 'uprn',
    title: 'UPRN',
    type: 'text',
    widthCharacters: 15,
    value: sql`property.uprn::text`,
  },
  addressLine1: {
    name: 'address_line_1',
    title: 'Address line 1',
    type: 'text',
    widthCharacters: 30,
    value: sql`property.address_line_1`,
  },
  addressLine2: {
    name: 'address_line_2',
    title: 'Address line 2',
    type: 'text',
    widthCharacters: 22,
    value: sql`property.address_line_2`,
  },
  town: {
    name: 'town_or_city',
    title: 'Town or city',
    type: 'text',
    widthCharacters: 20,
    value: sql`property.town_or_city`,
  },
  county: {
    name: 'county',
    title: 'County',
    type: 'text',
    widthCharacters: 18,
    value: sql`property.county`,
  },
  postcode: {
    name: 'postcode',
    title: 'Postcode',
    type: 'text',
    widthCharacters: 11,
    value: sql`property.postcode`,
  },
  council: {
    name: 'local_council_code',
    title: 'Council',
    type: 'text',
    widthCharacters: 10,
    value: sql`property.local_council_code`,
  },
  type: {
    name: 'property_type',
    title: 'Type',
    type: 'code',
    widthCharacters: 22,
    value: sql`property.property_type`,
  },
  occupied: {
    name: 'is_occupied',
    title: 'Occupied',
    type: 'yes-no',
    widthCharacters: 11,
    value: sql`property.is_occupied`,
  },
} as const satisfies Record<string, ReportColumn>;
