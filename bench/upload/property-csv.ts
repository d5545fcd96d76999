import { propertyColumns } from '../../services/register/property.ts';
import { createRandom, type Random } from '../scaling/random.ts';

/** Which file is written. */
export interface CsvShape {
  rows: number;
  /** Of a hundred rows so many are bad: a value is missing, unknown or malformed. Default 1. */
  badPercent?: number;
  /** The same properties with other rents: the file of another month. Default false. */
  changed?: boolean;
}

const piece = 64 * 1024;

/**
 * A landlord's file with all of the 39 columns, the same again for the same shape. Most properties are let; four in five
 * have a uprn. Its bad rows are such that COPY takes them too: their cells are of the right number and unique.
 */
export async function* propertyCsv({
  rows,
  badPercent = 1,
  changed = false,
}: CsvShape): AsyncGenerator<Buffer> {
  const random = createRandom('properties');
  let text = `${propertyColumns.join(',')}\r\n`;
  for (let number = 1; number <= rows; number += 1) {
    const cells = goodRow(number, random, changed);
    if (random.between(0, 100) < badPercent) spoil(cells, random);
    text += `${propertyColumns.map((name) => cells[name] ?? '').join(',')}\r\n`;
    if (text.length < piece) continue;
    yield Buffer.from(text);
    text = '';
  }
  yield Buffer.from(text);
}

type Cells = Partial<Record<(typeof propertyColumns)[number], string>>;

const streets = ['High Street', 'Station Road', 'Church Lane', 'Victoria Road', 'Mill Lane', 'Park Avenue'];
const towns = ['Anytown', 'Newbridge', 'Eastford', 'Castle Hill', 'Lower Green'];
const types = ['FLAT', 'TERRACED_HOUSE', 'SEMI_DETACHED_HOUSE', 'DETACHED_HOUSE'];

function goodRow(number: number, random: Random, changed: boolean): Cells {
  const one = (list: readonly string[]) => list[random.index(list.length)] ?? '';
  const chance = (percent: number) => random.between(0, 100) < percent;
  const isLet = chance(85);
  const street = one(streets);
  const line = `${1 + random.index(300)} ${street}`;
  const isLicensed = chance(20);
  const hasGas = chance(80);
  const hasEpc = chance(92);
  return {
    row_reference: `REF-${String(number).padStart(8, '0')}`,
    uprn: chance(80) ? String(100_000_000_000 - number * 7) : '',
    address_line_1: chance(15) ? `"Flat ${number}, ${line}"` : `${number} ${line}`,
    address_line_2: chance(10) ? `Block ${1 + random.index(9)}` : '',
    town_or_city: one(towns),
    county: chance(40) ? 'Anyshire' : '',
    postcode: `AB${1 + random.index(9)} ${random.index(10)}DE`,
    local_council_code: String(100 + random.index(300)),
    property_type: one(types),
    ownership_type: chance(60) ? 'FREEHOLD' : 'LEASEHOLD',
    licensing_type: isLicensed ? 'SELECTIVE_LICENCE' : 'NO_LICENSING',
    licence_number: isLicensed ? `SL/${number}` : '',
    is_occupied: isLet ? 'yes' : 'no',
    tenancy_provide_later: 'no',
    num_bedrooms: String(1 + random.index(4)),
    ...(isLet ? tenancy(random, changed) : {}),
    has_gas_supply: hasGas ? 'yes' : 'no',
    gas_cert_issue_date: hasGas ? day(random, 2023, 3, 12) : '',
    gas_provide_later: 'no',
    electrical_cert_type: 'EICR',
    electrical_expiry_date: day(random, 2027, 4, 12),
    electrical_provide_later: 'no',
    ...(hasEpc
      ? {
          epc_certificate_number: epcNumber(random),
          epc_expiry_date: day(random, 2028, 6, 12),
          epc_energy_rating: one(['B', 'C', 'D', 'E']),
        }
      : {}),
    epc_provide_later: hasEpc ? 'no' : 'yes',
    joint_landlord_emails: chance(10) ? `partner${number}@example.org` : '',
  };
}

function tenancy(random: Random, changed: boolean): Cells {
  const households = 1 + random.index(2);
  const withBills = random.index(4) === 0;
  return {
    num_households: String(households),
    num_people: String(households + random.index(4)),
    rent_includes_bills: withBills ? 'yes' : 'no',
    bills_included: withBills ? 'GAS;ELECTRICITY;WATER' : '',
    furnished_status: random.index(3) === 0 ? 'FURNISHED' : 'UNFURNISHED',
    rent_frequency: random.index(3) === 0 ? 'WEEKLY' : 'MONTHLY',
    rent_amount: `${500 + random.index(1500) + (changed ? 25 : 0)}.00`,
  };
}

function day(random: Random, year: number, years: number, months: number): string {
  const two = (value: number) => String(value).padStart(2, '0');
  return `${year + random.index(years)}-${two(1 + random.index(months))}-${two(1 + random.index(28))}`;
}

function epcNumber(random: Random): string {
  return Array.from({ length: 5 }, () => String(random.index(10_000)).padStart(4, '0')).join('-');
}

function spoil(cells: Cells, random: Random): void {
  const mistakes: (() => void)[] = [
    () => (cells.property_type = 'CASTLE'),
    () => (cells.ownership_type = ''),
    () => (cells.postcode = 'NOT ONE'),
    () => (cells.epc_certificate_number = '12-34'),
    () => (cells.licensing_type = 'HMO'),
  ];
  mistakes[random.index(mistakes.length)]?.();
}
