import { z } from 'zod';

const words = (...list: [string, ...string[]]) =>
  z
    .string()
    .toUpperCase()
    .transform((word) => word.replace(/[ -]/g, '_'))
    .pipe(z.enum(list));
const yesNo = z.stringbool({ truthy: ['yes', 'y', 'true', '1'], falsy: ['no', 'n', 'false', '0'] });
const text = (characters: number) => z.string().trim().min(1).max(characters);
const whole = z.coerce.number().int().min(0).max(9999);
const day = z.iso.date();
const list = z.string().transform((cell) => cell.split(';').map((item) => item.trim()));
/** An empty cell is none. */
const optional = <Schema extends z.ZodType>(schema: Schema) =>
  z.union([z.literal('').transform(() => null), schema]);

/** A row of the 39 columns as somebody writes it down with zod: forms of cells, and the rules between them. */
export const rowSchema = z
  .object({
    row_reference: text(255),
    uprn: optional(z.string().regex(/^\d{1,12}$/)),
    address_line_1: optional(text(1000)),
    address_line_2: optional(text(1000)),
    town_or_city: optional(text(1000)),
    county: optional(text(1000)),
    postcode: optional(z.string().regex(/^([A-Z]{1,2}[0-9][0-9A-Z]? *[0-9][ABD-HJLNP-UW-Z]{2}|GIR *0AA)$/i)),
    local_council_code: optional(z.string().regex(/^\d{1,5}$/)),
    property_type: words('DETACHED_HOUSE', 'SEMI_DETACHED_HOUSE', 'TERRACED_HOUSE', 'FLAT', 'OTHER'),
    custom_property_type: optional(text(255)),
    ownership_type: words('FREEHOLD', 'LEASEHOLD', 'SHARE_OF_FREEHOLD', 'COMMONHOLD'),
    licensing_type: words(
      'SELECTIVE_LICENCE',
      'HMO_MANDATORY_LICENCE',
      'HMO_ADDITIONAL_LICENCE',
      'NO_LICENSING',
      'PROVIDE_LATER',
    ),
    licence_number: optional(text(255)),
    is_occupied: yesNo,
    tenancy_provide_later: optional(yesNo),
    num_households: optional(whole),
    num_people: optional(whole),
    num_bedrooms: optional(whole),
    rent_includes_bills: optional(yesNo),
    bills_included: list,
    custom_bills_included: optional(text(200)),
    furnished_status: optional(words('FURNISHED', 'PART_FURNISHED', 'UNFURNISHED')),
    rent_frequency: optional(words('WEEKLY', 'FOUR_WEEKLY', 'MONTHLY', 'OTHER')),
    custom_rent_frequency: optional(text(255)),
    rent_amount: optional(z.coerce.number().positive().lt(10_000_000)),
    has_gas_supply: yesNo,
    gas_cert_issue_date: optional(day),
    gas_provide_later: optional(yesNo),
    electrical_cert_type: optional(words('EIC', 'EICR', 'NONE')),
    electrical_expiry_date: optional(day),
    electrical_provide_later: optional(yesNo),
    epc_certificate_number: optional(z.string().regex(/^(\d{4}-?){4}\d{4}$/)),
    epc_expiry_date: optional(day),
    epc_energy_rating: optional(words('A', 'B', 'C', 'D', 'E', 'F', 'G')),
    tenancy_started_before_epc_expiry: optional(yesNo),
    epc_exemption_reason: optional(text(100)),
    mees_exemption_reason: optional(text(100)),
    epc_provide_later: optional(yesNo),
    joint_landlord_emails: list,
  })
  .superRefine((row, context) => {
    const need = (column: keyof typeof row) => {
      if (row[column] === null) context.addIssue({ code: 'custom', path: [column], message: 'is missing' });
    };
    if (row.uprn === null) {
      for (const column of ['address_line_1', 'town_or_city', 'postcode', 'local_council_code'] as const) {
        need(column);
      }
    }
    if (row.property_type === 'OTHER') need('custom_property_type');
    if (!['NO_LICENSING', 'PROVIDE_LATER'].includes(row.licensing_type)) need('licence_number');
    if (row.is_occupied) {
      need('num_bedrooms');
      if (!row.tenancy_provide_later) {
        for (const column of [
          'num_households',
          'num_people',
          'rent_includes_bills',
          'furnished_status',
          'rent_frequency',
          'rent_amount',
        ] as const) {
          need(column);
        }
      }
    }
    if (row.has_gas_supply && !row.gas_provide_later) need('gas_cert_issue_date');
    if (!row.electrical_provide_later) need('electrical_cert_type');
    if (row.electrical_cert_type === 'EIC' || row.electrical_cert_type === 'EICR')
      need('electrical_expiry_date');
    if (row.epc_certificate_number !== null) {
      need('epc_expiry_date');
      need('epc_energy_rating');
    } else if (row.epc_exemption_reason === null && !row.epc_provide_later) {
      need('epc_certificate_number');
    }
  });
