import { z } from 'zod';
import { defineTask, fileRef } from '../define-task.ts';
import { landlordId } from '../property-upload/task.ts';

/** Names a council; `777` and `0777` are two. */
export const localCouncilCode = z.string().regex(/^\d{1,5}$/);

/** What may be chosen of every report. */
export const reportChoices = {
  /** The moment whose date in London everything is judged by. Default: when the message was sent. */
  asOf: z.iso
    .datetime({ offset: true })
    .refine((time) => /^(19|20|21)/.test(time), 'lies outside the years 1900 to 2199')
    .optional(),
  /** `csv`: the rows alone, for programs. `xlsx`: a summary and the rows, for people. */
  format: z.enum(['csv', 'xlsx', 'pdf']).default('csv'),
  /** Compresses a CSV; other formats are compressed themselves and stay as they are. */
  gzip: z.boolean().default(false),
};

/** What is told of every report. */
export const reportResult = z.object({
  report: fileRef,
  /** Rows of its table, without the header. */
  rows: z.int(),
  sizeBytes: z.int(),
  /** Of the stored file, in hex. */
  sha256: z.string(),
  /** What a report without rows says. */
  notice: z.string().optional(),
});

const status = z.enum(['NOT_REQUIRED', 'ADDED', 'EXPIRED', 'PROVIDE_LATER']);
const electricalStatus = z.enum([...status.options, 'MISSING']);

/** Lists a landlord's or a council's properties with the state of their certificates. */
export const propertyReport = defineTask({
  name: 'property-report',
  summary: 'Lists properties with their compliance status, as CSV, spreadsheet or PDF',
  input: z.object({
    /** Only this landlord's; left out: all landlords'. */
    landlordId: landlordId.optional(),
    /** Only this council's; left out: all councils'. */
    localCouncilCode: localCouncilCode.optional(),
    propertyType: z
      .enum(['DETACHED_HOUSE', 'SEMI_DETACHED_HOUSE', 'TERRACED_HOUSE', 'FLAT', 'OTHER'])
      .optional(),
    occupancy: z.enum(['occupied', 'vacant']).optional(),
    gasStatus: status.optional(),
    electricalStatus: electricalStatus.optional(),
    epcStatus: status.optional(),
    /** At least one of the three has it. */
    anyStatus: electricalStatus.optional(),
    ...reportChoices,
  }),
  result: reportResult,
  timeoutSeconds: 1800,
  concurrency: 2,
  startWithinSeconds: 300,
  expectedSeconds: 10,
  retry: { attempts: 5, firstDelaySeconds: 10, factor: 2, maxDelaySeconds: 900 },
  schedules: [
    { name: 'daily-property-report', expression: 'cron(0 6 * * ? *)', timeZone: 'Europe/London', input: {} },
  ],
});
