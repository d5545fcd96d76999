import { z } from 'zod';
import { defineTask, fileRef, uploadedFile } from '../define-task.ts';
import { sensitive } from '../sensitive.ts';

/** Names a landlord of the register, often a person. Postgres cannot store the character NUL, so no later attempt could succeed. */
export const landlordId = sensitive(
  z
    .string()
    .min(1)
    .max(255)
    .refine((id) => !id.includes('\0'), 'holds a NUL character, which the register cannot store'),
);

/**
 * Loads a landlord's properties from a CSV or a workbook into the register and reports every row that could not be loaded.
 */
export const propertyUpload = defineTask({
  name: 'property-upload',
  summary: 'Loads a file of properties and reports every row that could not be loaded',
  input: z.object({
    file: uploadedFile,
    landlordId,
    /** What one bad row does: it alone is left out, or nothing of the file is loaded. */
    onInvalidRows: z.enum(['skip', 'reject-file']).default('skip'),
    /** A file that is larger, packed or unpacked, is rejected. Default 1 GiB. */
    maximumSizeBytes: z
      .int()
      .positive()
      .default(1024 ** 3),
  }),
  result: z.object({
    /** `rejected`: nothing was loaded; `reason` says why. */
    outcome: z.enum(['loaded', 'rejected']),
    reason: z.string().optional(),
    /** Rows in the register now because of this file: new, changed and the same. */
    loaded: z.int(),
    rejected: z.int(),
    /** They quote the file. */
    warnings: z.array(sensitive(z.string())),
    /** Most frequent first; suspicions such as a shifted column stand before them. */
    summary: z.array(z.string()),
    errorReport: fileRef.optional(),
    /** What the uploader is told, with a link to the web application's page on the run if the deployment has one. */
    notice: z.string().optional(),
  }),
  timeoutSeconds: 3600,
  concurrency: 2,
  startWithinSeconds: 120,
  expectedSeconds: 20,
  retry: { attempts: 5, firstDelaySeconds: 10, factor: 2, maxDelaySeconds: 900 },
  fairBy: (input) => input.landlordId,
});
