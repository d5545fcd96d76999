import { z } from 'zod';
import { defineTask } from '../define-task.ts';
import { reportChoices, reportResult } from '../property-report/task.ts';
import { landlordId } from '../property-upload/task.ts';

/** Lists what came in and what became of it. */
export const uploadReport = defineTask({
  name: 'upload-report',
  summary: 'Lists uploads, what was rejected of them and why, as CSV, spreadsheet or PDF',
  input: z.object({
    /** Only files that were read for this landlord; left out: all files, also those that were never read. */
    landlordId: landlordId.optional(),
    /** So many days up to `asOf`, by London's clock. */
    days: z.int().min(1).max(3660).default(7),
    ...reportChoices,
  }),
  result: reportResult,
  timeoutSeconds: 1800,
  concurrency: 2,
  startWithinSeconds: 300,
  expectedSeconds: 5,
  retry: { attempts: 5, firstDelaySeconds: 10, factor: 2, maxDelaySeconds: 900 },
  schedules: [
    {
      name: 'weekly-upload-report',
      // The hour of every schedule: one worker that is awake does the work of all.
      expression: 'cron(0 6 ? * MON *)',
      timeZone: 'Europe/London',
      input: { format: 'xlsx' },
    },
  ],
});
