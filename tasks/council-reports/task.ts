import { z } from 'zod';
import { expiresWithinDays } from '../compliance-report/task.ts';
import { defineTask } from '../define-task.ts';
import { reportChoices } from '../property-report/task.ts';

const atSix = { timeZone: 'Europe/London' };

/** Asks for a compliance report of every council: one message becomes one child a council. */
export const councilReports = defineTask({
  name: 'council-reports',
  summary: 'Asks for a compliance report of every council that has properties',
  input: z.object({
    expiresWithinDays,
    /** Whether a report of all councils' totals follows once every council's has ended. */
    totals: z.boolean().default(false),
    ...reportChoices,
    format: reportChoices.format.unwrap().default('xlsx'),
  }),
  /** Councils whose reports were asked for: the run's children, of which its status tells how many are done. */
  result: z.object({ councils: z.int() }),
  timeoutSeconds: 900,
  concurrency: 1,
  startWithinSeconds: 300,
  expectedSeconds: 10,
  retry: { attempts: 5, firstDelaySeconds: 10, factor: 2, maxDelaySeconds: 900 },
  // The hour of every schedule: one worker that is awake does the work of all.
  schedules: [
    { name: 'nightly-council-reports', expression: 'cron(0 6 ? * SUN,TUE-SAT *)', ...atSix, input: {} },
    { name: 'weekly-council-reports', expression: 'cron(0 6 ? * MON *)', ...atSix, input: { totals: true } },
  ],
});
