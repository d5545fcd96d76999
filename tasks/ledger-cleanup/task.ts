import { z } from 'zod';
import { defineTask } from '../define-task.ts';

/** Removes runs that have ended long ago, and what is left of those that were to be forgotten. */
export const ledgerCleanup = defineTask({
  name: 'ledger-cleanup',
  summary: 'Removes old runs from the ledger and deletes claim checks of forgotten ones',
  input: z.object({}),
  result: z.object({
    removedRuns: z.int(),
    /** Objects of forgotten runs in the claim-check bucket. */
    deletedClaimChecks: z.int(),
  }),
  timeoutSeconds: 1800,
  concurrency: 1,
  startWithinSeconds: 900,
  expectedSeconds: 5,
  retry: { attempts: 5, firstDelaySeconds: 60, factor: 2, maxDelaySeconds: 900 },
  schedules: [
    // With the daily report, so that one worker does both.
    { name: 'daily-ledger-cleanup', expression: 'cron(0 6 * * ? *)', timeZone: 'Europe/London', input: {} },
  ],
});
