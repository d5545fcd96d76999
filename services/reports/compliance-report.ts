import { joined, type Sql, sql } from '../database/sql.ts';
import { type Certificate, certificates, expiryDates, statusOn } from './certificate-statuses.ts';
import { type ComplianceDays, certificateTotals, councilTotals } from './compliance-totals.ts';
import { propertyCells } from './property-cells.ts';
import type { Report, ReportTable } from './report.ts';
import { factsOf, longDay } from './report-facts.ts';

/** Which certificates are reported. */
export interface ComplianceQuery {
  /** `YYYY-MM-DD`. */
  asOf: string;
  /** A certificate that will have expired by so many days later is expiring. */
  expiresWithinDays: number;
  /** Left out: all councils'. */
  localCouncilCode?: string | undefined;
  /** A row for each certificate that is expired or expiring, or one for each council. */
  detail: 'certificates' | 'councils';
}

/** Certificates that are expired or soon will be, by council, the longest expired first; or how many each council has. */
export function complianceReport(query: ComplianceQuery): Report {
  const { asOf, expiresWithinDays, localCouncilCode } = query;
  const days = { asOf, later: daysAfter(asOf, expiresWithinDays) };
  const where =
    localCouncilCode === undefined ? sql`` : sql`WHERE property.local_council_code = ${localCouncilCode}`;
  const common = {
    asOf,
    facts: factsOf({
      'As of': longDay(asOf),
      Council: localCouncilCode,
      Expiring: `by ${longDay(days.later)}`,
    }),
  };
  const byCertificate = certificateTotals(days, where);
  const byCouncil = councilTotals(days, where);
  if (query.detail === 'councils') {
    return {
      ...common,
      name: 'compliance-totals',
      title: 'Certificates expired or expiring, by council',
      rows: byCouncil,
      totals: [byCertificate],
      nothing: 'No property is registered.',
    };
  }
  return {
    ...common,
    name: 'compliance',
    title: 'Certificates expired or expiring',
    rows: expiredOrExpiring(days, where),
    totals: [byCertificate, byCouncil],
    nothing: 'No certificate is expired or expiring.',
  };
}

function expiredOrExpiring(days: ComplianceDays, where: Sql): ReportTable {
  return {
    title: 'Certificates',
    columns: [
      propertyCells.council,
      {
        name: 'certificate',
        title: 'Certificate',
        type: 'code',
        widthCharacters: 13,
        value: sql`property.certificate`,
      },
      { name: 'status', title: 'Status', type: 'code', widthCharacters: 11, value: sql`property.status` },
      {
        name: 'expiry_date',
        title: 'Expiry date',
        type: 'date',
        widthCharacters: 12,
        value: sql`property.expiry_date`,
      },
      {
        name: 'days_left',
        title: 'Days left',
        type: 'whole',
        widthCharacters: 9,
        value: sql`property.days_left`,
      },
      propertyCells.registrationNumber,
      propertyCells.landlord,
      propertyCells.reference,
      propertyCells.uprn,
      propertyCells.addressLine1,
      propertyCells.addressLine2,
      propertyCells.town,
      propertyCells.postcode,
      propertyCells.type,
      propertyCells.occupied,
    ],
    from: sql`
      FROM (${joined(
        certificates.map((certificate) => judged(certificate, days, where)),
        ' UNION ALL ',
      )}) AS property
      WHERE property.status IS NOT NULL
      ORDER BY property.local_council_code, property.days_left, property.registration_number, property.certificate`,
  };
}

/** Properties with the state of one certificate: EXPIRED, EXPIRING, or none where it is neither. */
function judged(certificate: Certificate, { asOf, later }: ComplianceDays, where: Sql): Sql {
  return sql`
    SELECT property.*, ${certificate.toUpperCase()} AS certificate, ${expiryDates[certificate]} AS expiry_date,
      CASE 'EXPIRED' WHEN ${statusOn(certificate, asOf)} THEN 'EXPIRED' WHEN ${statusOn(certificate, later)} THEN 'EXPIRING' END AS status,
      ${expiryDates[certificate]} + ${daysStillValid[certificate]} - DATE ${asOf} AS days_left
    FROM property ${where}`;
}

/** How long a certificate is valid on and after its expiry date: an EPC is on that day, the others are not. */
const daysStillValid: Record<Certificate, number> = { gas: 0, electrical: 0, epc: 1 };

function daysAfter(day: string, days: number): string {
  return new Date(Date.parse(`${day}T00:00:00Z`) + days * 86_400_000).toISOString().slice(0, 10);
}
