import { z } from 'zod';
import { defineTask } from '../define-task.ts';
import { localCouncilCode, reportChoices, reportResult } from '../property-report/task.ts';

/** How far ahead a certificate counts as expiring. */
export const expiresWithinDays = z.int().min(0).max(3660).default(30);

/** Lists certificates that are expired or soon will be. */
export const complianceReport = defineTask({
  name: 'compliance-report',
  summary: 'Lists certificates that are expired or expiring, by council, as CSV, spreadsheet or PDF',
  input: z.object({
    /** Only this council's; left out: all councils'. */
    localCouncilCode: localCouncilCode.optional(),
    /** A certificate that is valid on the day, but no longer so many days later, is expiring. */
    expiresWithinDays,
    /** A row for each certificate, or a row of totals for each council. */
    detail: z.enum(['certificates', 'councils']).default('certificates'),
    ...reportChoices,
  }),
  result: reportResult,
  timeoutSeconds: 1800,
  concurrency: 2,
  startWithinSeconds: 300,
  expectedSeconds: 5,
  retry: { attempts: 5, firstDelaySeconds: 10, factor: 2, maxDelaySeconds: 900 },
});
