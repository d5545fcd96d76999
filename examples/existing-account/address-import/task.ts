import { z } from 'zod';
import { defineTask, uploadedFile } from '../../../tasks/define-task.ts';
import { sensitive } from '../../../tasks/sensitive.ts';

/** Takes a file that came through the intake: uploaded by a browser, scanned, found clean. */
export const addressImport = defineTask({
  name: 'address-import',
  summary: 'Counts the addresses of an uploaded file',
  input: z.object({ file: uploadedFile, customerId: sensitive(z.string().min(1)) }),
  result: z.object({ lines: z.int() }),
  timeoutSeconds: 900,
  concurrency: 4,
  startWithinSeconds: 60,
  expectedSeconds: 10,
  retry: { attempts: 3, firstDelaySeconds: 10, factor: 3, maxDelaySeconds: 300 },
  fairBy: ({ customerId }) => customerId,
});
