import { z } from 'zod';
import { defineTask, fileRef } from '../define-task.ts';
import { landlordId } from '../property-upload/task.ts';

/** Writes a CSV of a landlord's or a council's properties with the state of their certificates. */
export const propertyReport = defineTask({
  name: 'property-report',
  summary: 'Writes a CSV of properties with their compliance status',
  input: z.object({
    /** Only this landlord's; left out: all landlords'. */
    landlordId: landlordId.optional(),
    /** Only this council's; left out: all councils'. */
    localCouncilCode: z
      .string()
      .regex(/^\d{1,5}$/)
      .optional(),
  }),
  result: z.object({ report: fileRef, rows: z.int(), sizeBytes: z.int(), sha256: z.string() }),
  timeoutSeconds: 1800,
  concurrency: 2,
  startWithinSeconds: 300,
  expectedSeconds: 10,
  retry: { attempts: 5, firstDelaySeconds: 10, factor: 2, maxDelaySeconds: 900 },
  schedules: [
    { name: 'daily-property-report', expression: 'cron(0 6 * * ? *)', timeZone: 'Europe/London', input: {} },
  ],
});
