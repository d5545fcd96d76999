import { londonDate } from '../../services/register/london-date.ts';
import { propertiesReport } from '../../services/reports/properties-report.ts';
import { writeReport } from '../../services/reports/write-report.ts';
import { handle } from '../handle.ts';
import { propertyReport } from './task.ts';

/** Writes the properties that were asked for, with their certificates' states on the day, to the reports bucket. */
export default handle(propertyReport, async (input, context) => {
  const asOf = londonDate(input.asOf === undefined ? context.run.sentAt : new Date(input.asOf));
  return writeReport(propertiesReport({ ...input, asOf }), input, context);
});
