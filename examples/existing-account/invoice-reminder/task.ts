import { z } from 'zod';
import { defineTask } from '../../../tasks/define-task.ts';

/** Writes down every morning which invoices are due. */
export const invoiceReminder = defineTask({
  name: 'invoice-reminder',
  summary: 'Notes which invoices are due on a day',
  input: z.object({ withinDays: z.int().min(1).max(90) }),
  result: z.object({ due: z.int() }),
  timeoutSeconds: 300,
  concurrency: 1,
  startWithinSeconds: 600,
  expectedSeconds: 5,
  retry: { attempts: 5, firstDelaySeconds: 30, factor: 2, maxDelaySeconds: 900 },
  schedules: [{ name: 'due-invoices', expression: 'cron(0 7 ? * MON-FRI *)', input: { withinDays: 7 } }],
});
