import { type Sql, sql } from '../database/sql.ts';

/** The certificates of a property. */
export const certificates = ['gas', 'electrical', 'epc'] as const;
export type Certificate = (typeof certificates)[number];

/** What people call them. */
export const certificateTitles: Record<Certificate, string> = {
  gas: 'Gas certificate',
  electrical: 'Electrical certificate',
  epc: 'EPC',
};

/** The state of one certificate of `property` on a day. */
export function statusOn(certificate: Certificate, day: Sql | string): Sql {
  switch (certificate) {
    case 'gas':
      return sql`gas_status(property, ${day})`;
    case 'electrical':
      return sql`electrical_status(property, ${day})`;
    case 'epc':
      return sql`epc_status(property, ${day})`;
  }
}

/** The date of expiry as the certificate or the law has it. */
export const expiryDates: Record<Certificate, Sql> = {
  gas: sql`gas_cert_expiry_date(property.gas_cert_issue_date)`,
  electrical: sql`property.electrical_expiry_date`,
  epc: sql`property.epc_expiry_date`,
};
