import { joined, type Sql, sql } from '../database/sql.ts';
import { certificates, certificateTitles, expiryDates, statusOn } from './certificate-statuses.ts';
import { codeWords } from './code-words.ts';
import { propertyCells } from './property-cells.ts';
import { certificateTotals, typeTotals } from './property-totals.ts';
import type { Report, ReportColumn } from './report.ts';
import { factsOf, longDay } from './report-facts.ts';

/** Which properties are reported, and on which day their certificates are judged; what is left out keeps none out. */
export interface PropertiesQuery {
  /** `YYYY-MM-DD`. */
  asOf: string;
  landlordId?: string | undefined;
  localCouncilCode?: string | undefined;
  propertyType?: string | undefined;
  occupancy?: 'occupied' | 'vacant' | undefined;
  gasStatus?: string | undefined;
  electricalStatus?: string | undefined;
  epcStatus?: string | undefined;
  /** At least one of the three has it. */
  anyStatus?: string | undefined;
}

/**
 * Properties with the state of their certificates, always in the same order. A status is NOT_REQUIRED, ADDED, EXPIRED,
 * PROVIDE_LATER or, for electricity, MISSING.
 */
export function propertiesReport(query: PropertiesQuery): Report {
  const { asOf } = query;
  const where = whereClause(query);
  const words = (code: string | undefined) => (code === undefined ? undefined : codeWords(code));
  return {
    name: 'properties',
    title: 'Properties and their certificates',
    asOf,
    facts: factsOf({
      'As of': longDay(asOf),
      Council: query.localCouncilCode,
      Landlord: query.landlordId,
      Type: words(query.propertyType),
      Occupancy: query.occupancy,
      [certificateTitles.gas]: words(query.gasStatus),
      [certificateTitles.electrical]: words(query.electricalStatus),
      [certificateTitles.epc]: words(query.epcStatus),
      'Any certificate': words(query.anyStatus),
    }),
    rows: {
      title: 'Properties',
      columns: [...propertyColumns, ...certificateColumns(asOf)],
      from: sql`FROM property ${where} ORDER BY property.landlord_id, property.registration_number`,
    },
    totals: [certificateTotals(asOf, where), typeTotals(where)],
    nothing: 'No property of the register is as was asked for.',
  };
}

const propertyColumns: ReportColumn[] = [
  propertyCells.registrationNumber,
  propertyCells.landlord,
  propertyCells.reference,
  propertyCells.uprn,
  propertyCells.addressLine1,
  propertyCells.addressLine2,
  propertyCells.town,
  propertyCells.county,
  propertyCells.postcode,
  propertyCells.council,
  propertyCells.type,
  propertyCells.occupied,
];

function certificateColumns(asOf: string): ReportColumn[] {
  const code = { type: 'code', widthCharacters: 15 } as const;
  const date = { type: 'date', widthCharacters: 12 } as const;
  const names = { gas: 'gas_cert', electrical: 'electrical', epc: 'epc' };
  return [
    ...certificates.flatMap((certificate): ReportColumn[] => [
      {
        name: `${certificate}_status`,
        title: certificateTitles[certificate],
        ...code,
        value: statusOn(certificate, asOf),
      },
      {
        name: `${names[certificate]}_expiry_date`,
        title: 'Expiry date',
        ...date,
        value: expiryDates[certificate],
      },
    ]),
    {
      name: 'epc_energy_rating',
      title: 'EPC rating',
      type: 'code',
      widthCharacters: 9,
      value: sql`property.epc_energy_rating`,
    },
  ];
}

function whereClause(query: PropertiesQuery): Sql {
  const { asOf, occupancy } = query;
  const [gas, electrical, epc] = certificates.map((certificate) => statusOn(certificate, asOf)) as [
    Sql,
    Sql,
    Sql,
  ];
  const wanted: [value: string | undefined, condition: (value: string) => Sql][] = [
    [query.landlordId, (id) => sql`property.landlord_id = ${id}`],
    [query.localCouncilCode, (code) => sql`property.local_council_code = ${code}`],
    [query.propertyType, (type) => sql`property.property_type = ${type}`],
    [occupancy, () => (occupancy === 'occupied' ? sql`property.is_occupied` : sql`NOT property.is_occupied`)],
    [query.gasStatus, (code) => sql`${gas} = ${code}`],
    [query.electricalStatus, (code) => sql`${electrical} = ${code}`],
    [query.epcStatus, (code) => sql`${epc} = ${code}`],
    [query.anyStatus, (code) => sql`${code} IN (${gas}, ${electrical}, ${epc})`],
  ];
  const all = wanted.flatMap(([value, condition]) => (value === undefined ? [] : [condition(value)]));
  return all.length === 0 ? sql`` : sql`WHERE ${joined(all, ' AND ')}`;
}
