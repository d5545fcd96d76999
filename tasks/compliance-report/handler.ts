import { londonDate } from '../../services/register/london-date.ts';
import { complianceReport as certificatesReport } from '../../services/reports/compliance-report.ts';
import { writeReport } from '../../services/reports/write-report.ts';
import { handle } from '../handle.ts';
import { complianceReport } from './task.ts';

/** Writes the certificates that are expired or expiring, or how many each council has, to the reports bucket. */
export default handle(complianceReport, async (input, context) => {
  const asOf = londonDate(input.asOf === undefined ? context.run.sentAt : new Date(input.asOf));
  return writeReport(certificatesReport({ ...input, asOf }), input, context);
});
