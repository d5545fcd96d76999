import { joined, type Sql, sql } from '../database/sql.ts';
import { type Certificate, certificates, certificateTitles, statusOn } from './certificate-statuses.ts';
import { whole } from './property-totals.ts';
import type { ReportColumn, ReportTable } from './report.ts';

/** When a certificate counts as expired, and when as expiring. */
export interface ComplianceDays {
  /** `YYYY-MM-DD`: one that is expired on this day is expired. */
  asOf: string;
  /** `YYYY-MM-DD`: of the others, one that is expired on this day is expiring. */
  later: string;
}

/** How many certificates of which kind are expired or expiring. */
export function certificateTotals(days: ComplianceDays, where: Sql): ReportTable {
  const counts = certificates.flatMap((certificate) => [
    expired(certificate, days),
    expiring(certificate, days),
  ]);
  return {
    title: 'By certificate',
    columns: [
      { name: 'certificate', title: 'Certificate', type: 'text', widthCharacters: 24, value: sql`kind` },
      whole('expired', 'Expired', sql`expired`),
      whole('expiring', 'Expiring', sql`expiring`),
    ],
    from: sql`
      FROM (SELECT ${joined(counts, ', ')} FROM property ${where})
        AS counted (gas_expired, gas_expiring, electrical_expired, electrical_expiring, epc_expired, epc_expiring)
      CROSS JOIN LATERAL (VALUES
        (1, ${certificateTitles.gas}, gas_expired, gas_expiring),
        (2, ${certificateTitles.electrical}, electrical_expired, electrical_expiring),
        (3, ${certificateTitles.epc}, epc_expired, epc_expiring)
      ) AS certificate (place, kind, expired, expiring)
      ORDER BY place`,
  };
}

/** How it stands in each council; properties without one stand last, under `none`. */
export function councilTotals(days: ComplianceDays, where: Sql): ReportTable {
  const nowExpired = certificates.map((certificate) => statusOn(certificate, days.asOf));
  return {
    title: 'By council',
    columns: [
      {
        name: 'local_council_code',
        title: 'Council',
        type: 'text',
        widthCharacters: 12,
        value: sql`coalesce(property.local_council_code, 'none')`,
      },
      whole('properties', 'Properties', sql`count(*)`),
      whole(
        'properties_with_expired',
        'Properties with an expired certificate',
        sql`count(*) FILTER (WHERE 'EXPIRED' IN (${joined(nowExpired, ', ')}))`,
      ),
      ...certificates.flatMap((certificate): ReportColumn[] => [
        whole(
          `${certificate}_expired`,
          `${certificateTitles[certificate]} expired`,
          expired(certificate, days),
        ),
        whole(
          `${certificate}_expiring`,
          `${certificateTitles[certificate]} expiring`,
          expiring(certificate, days),
        ),
      ]),
      whole(
        'electrical_missing',
        `${certificateTitles.electrical} missing`,
        sql`count(*) FILTER (WHERE ${statusOn('electrical', days.asOf)} = 'MISSING')`,
      ),
    ],
    from: sql`FROM property ${where} GROUP BY property.local_council_code ORDER BY property.local_council_code`,
  };
}

function expired(certificate: Certificate, { asOf }: ComplianceDays): Sql {
  return sql`count(*) FILTER (WHERE ${statusOn(certificate, asOf)} = 'EXPIRED')`;
}

function expiring(certificate: Certificate, { asOf, later }: ComplianceDays): Sql {
  return sql`count(*) FILTER (
    WHERE ${statusOn(certificate, asOf)} <> 'EXPIRED' AND ${statusOn(certificate, later)} = 'EXPIRED')`;
}
