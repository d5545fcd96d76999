import { uploadsReport } from '../../services/reports/uploads-report.ts';
import { writeReport } from '../../services/reports/write-report.ts';
import { handle } from '../handle.ts';
import { uploadReport } from './task.ts';

/** Writes what came in during the days before, and what became of it, to the reports bucket. */
export default handle(uploadReport, async (input, context) => {
  const until = input.asOf === undefined ? context.run.sentAt : new Date(input.asOf);
  return writeReport(uploadsReport({ ...input, until }), input, context);
});
