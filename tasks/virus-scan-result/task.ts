import { z } from 'zod';
import { defineTask, uploadedFile } from '../define-task.ts';
import { sensitive } from '../sensitive.ts';

/** GuardDuty's event detail; `threats` and `statusReasons` may be null or absent. */
const scanDetail = z.object({
  scanStatus: z.enum(['COMPLETED', 'SKIPPED', 'FAILED']),
  s3ObjectDetails: z.object({
    bucketName: z.string().min(1),
    /** It ends with the uploader's own name for the file. */
    objectKey: sensitive(z.string().min(1)),
    /** Empty, null or absent if the scan failed before it read the object. */
    eTag: z.string().nullish(),
    versionId: z.string().min(1).nullish(),
  }),
  scanResultDetails: z.object({
    scanResultStatus: z.enum(['NO_THREATS_FOUND', 'THREATS_FOUND', 'UNSUPPORTED', 'ACCESS_DENIED', 'FAILED']),
    threats: z.array(z.object({ name: z.string() })).nullish(),
    statusReasons: z.array(z.string()).nullish(),
  }),
});

/** Acts on the verdict of a malware scan: passes a clean file on, removes a bad one. */
export const virusScanResult = defineTask({
  name: 'virus-scan-result',
  summary: 'Passes a clean file on to the task it was uploaded for, removes an infected one',
  input: scanDetail,
  result: z.object({
    verdict: z.enum(['clean', 'infected', 'refused', 'rescan', 'ignored']),
    reason: z.string().optional(),
    threats: z.array(z.string()).optional(),
    file: uploadedFile.optional(),
    /** The run of the task that the clean file was passed to. */
    followOnRunId: z.string().optional(),
    /** What the uploader is to be told. */
    notice: z.string().optional(),
  }),
  timeoutSeconds: 900,
  concurrency: 10,
  startWithinSeconds: 60,
  expectedSeconds: 2,
  retry: { attempts: 8, firstDelaySeconds: 5, factor: 2, maxDelaySeconds: 900 },
});
