import { type BusEvent, createEvent } from '../eventbridge/event.ts';
import type { ScanVerdict } from './malware-scanner.ts';
import type { ObjectVersion } from './scanned-objects.ts';

/** A verdict, or that there is none. */
export type ScanOutcome = ScanVerdict | { status: 'FAILED' };

/**
 * GuardDuty's event on the end of a scan, whole
 * (https://docs.aws.amazon.com/guardduty/latest/ug/monitor-with-eventbridge-s3-malware-protection.html).
 */
export function scanResultEvent({
  object,
  eTag,
  outcome,
  planArn,
  time,
}: {
  object: ObjectVersion;
  eTag: string;
  outcome: ScanOutcome;
  planArn: string;
  time: Date;
}): BusEvent {
  const scanStatus = { UNSUPPORTED: 'SKIPPED', FAILED: 'FAILED' }[outcome.status as string] ?? 'COMPLETED';
  return createEvent({
    source: 'aws.guardduty',
    detailType: 'GuardDuty Malware Protection Object Scan Result',
    time,
    resources: [planArn],
    detail: {
      schemaVersion: '1.0',
      scanStatus,
      resourceType: 'S3_OBJECT',
      s3ObjectDetails: {
        bucketName: object.bucket,
        objectKey: object.key,
        eTag,
        versionId: object.versionId,
        s3Throttled: false,
      },
      scanResultDetails: {
        scanResultStatus: outcome.status,
        threats: 'threats' in outcome ? outcome.threats.map((name) => ({ name })) : null,
        statusReasons: 'reason' in outcome ? [outcome.reason] : null,
      },
    },
  });
}
