import { councilsWithProperties } from '../../services/register/councils-with-properties.ts';
import { complianceReport } from '../compliance-report/task.ts';
import { handle } from '../handle.ts';
import { councilReports } from './task.ts';

/**
 * Sends one child a council and names the totals as what follows them. Every message's id is made of the run's and the
 * council's, so that an attempt that is repeated asks for none twice; a council whose report dies stops no other.
 */
export default handle(councilReports, async ({ totals, ...choices }, context) => {
  const { run, services, signal, progress, send, followUp } = context;
  // However late a child begins, all are judged by the same day.
  const common = { ...choices, asOf: choices.asOf ?? run.sentAt.toISOString() };
  const councils = await councilsWithProperties(services.database);
  if (totals) await followUp(complianceReport, { ...common, detail: 'councils' });
  for (const [index, localCouncilCode] of councils.entries()) {
    signal.throwIfAborted();
    const id = `${run.id}/${localCouncilCode}`;
    await send(complianceReport, { ...common, localCouncilCode }, { id, child: true });
    progress({ done: index + 1, total: councils.length, unit: 'councils' });
  }
  return { councils: councils.length };
});
