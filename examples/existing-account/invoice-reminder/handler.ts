import { handle } from '../../../tasks/handle.ts';
import { invoiceReminder } from './task.ts';

export default handle(invoiceReminder, async ({ withinDays }, { run, complete }) =>
  // The reminders and the end of the run commit together: a message that comes twice reminds once.
  complete(async (transaction) => {
    const { rowCount } = await transaction.query(
      `INSERT INTO invoice_reminder (invoice_id, run_id)
       SELECT id, $1 FROM invoice WHERE paid_on IS NULL AND due_on <= current_date + $2::int`,
      [run.id, withinDays],
    );
    return { due: rowCount ?? 0 };
  }),
);
