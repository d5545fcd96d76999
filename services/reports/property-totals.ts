import { joined, type Sql, sql } from '../database/sql.ts';
import { certificates, statusOn } from './certificate-statuses.ts';
import { propertyCells } from './property-cells.ts';
import type { ReportColumn, ReportTable } from './report.ts';

const statuses = {
  ADDED: 'Added',
  EXPIRED: 'Expired',
  PROVIDE_LATER: 'Provide later',
  MISSING: 'Missing',
  NOT_REQUIRED: 'Not required',
};

/** How many of the properties have which status of which certificate. */
export function certificateTotals(asOf: string, where: Sql): ReportTable {
  const states = joined(
    certificates.map((certificate) => statusOn(certificate, asOf)),
    ', ',
  );
  return {
    title: 'By certificate',
    columns: [
      { name: 'certificate', title: 'Certificate', type: 'text', widthCharacters: 24, value: sql`kind` },
      ...Object.entries(statuses).map(([status, title]) =>
        whole(
          status.toLowerCase(),
          title,
          sql`coalesce(sum(properties) FILTER (WHERE status = ${status}), 0)`,
        ),
      ),
    ],
    from: sql`
      FROM (
        SELECT gas, electrical, epc, count(*) AS properties
        FROM (SELECT ${states} FROM property ${where}) AS judged (gas, electrical, epc)
        GROUP BY gas, electrical, epc
      ) AS counted
      CROSS JOIN LATERAL (
        VALUES (1, 'Gas certificate', gas), (2, 'Electrical certificate', electrical), (3, 'EPC', epc)
      ) AS certificate (place, kind, status)
      GROUP BY place, kind ORDER BY place`,
  };
}

/** How many of the properties are of which type, and occupied. */
export function typeTotals(where: Sql): ReportTable {
  return {
    title: 'By type',
    columns: [
      propertyCells.type,
      whole('properties', 'Properties', sql`count(*)`),
      whole('occupied', 'Occupied', sql`count(*) FILTER (WHERE property.is_occupied)`),
    ],
    from: sql`FROM property ${where} GROUP BY property.property_type ORDER BY count(*) DESC, property.property_type`,
  };
}

/** A column of whole numbers. */
export function whole(name: string, title: string, value: Sql): ReportColumn {
  return { name, title, type: 'whole', widthCharacters: 14, value };
}
