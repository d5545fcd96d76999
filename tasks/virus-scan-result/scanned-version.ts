import type { FileFacts } from '../../services/files/files.ts';
import type { IntakeRecord, ScannedVersion } from '../../services/intake/intake.ts';
import type { TaskData } from '../define-task.ts';
import { PermanentError } from '../handle.ts';
import type { virusScanResult } from './task.ts';

/** The event's detail, checked. */
export type ScanDetail = TaskData<typeof virusScanResult>;

/**
 * The version that the verdict is about; its eTag is empty if a scan failed before it read the object. Throws
 * PermanentError for another bucket than the quarantine, a verdict that names no version or no content, and one that
 * contradicts itself.
 */
export function scannedVersion(detail: ScanDetail, quarantine: string): ScannedVersion {
  const { bucketName: bucket, objectKey: key, eTag, versionId } = detail.s3ObjectDetails;
  if (bucket !== quarantine) {
    throw new PermanentError(`The verdict is about bucket ${bucket}, not about the quarantine ${quarantine}`);
  }
  if (versionId === null || versionId === undefined || versionId === 'null') {
    throw new PermanentError(`The verdict on ${key} names no version: turn versioning on for ${bucket}`);
  }
  const status = detail.scanResultDetails.scanResultStatus;
  const threats = detail.scanResultDetails.threats ?? [];
  const contradicts =
    !possible[detail.scanStatus].includes(status) || (status === 'NO_THREATS_FOUND' && threats.length > 0);
  if (contradicts) {
    throw new PermanentError(
      `The verdict on ${key} contradicts itself: ${detail.scanStatus}, ${status}, ${threats.length} threats`,
    );
  }
  const content = eTag?.replaceAll('"', '') ?? '';
  if (content === '' && !withoutScan.includes(status)) {
    throw new PermanentError(`The verdict on ${key} names no eTag, so no content that it could be about`);
  }
  // The event has the key as it is, not encoded as in S3's own notifications.
  return { bucket, key, versionId, eTag: content };
}

/** These verdicts ask for another scan of the version, whatever its content. */
const withoutScan: readonly string[] = ['FAILED', 'ACCESS_DENIED'];

const possible: Record<ScanDetail['scanStatus'], readonly string[]> = {
  COMPLETED: ['NO_THREATS_FOUND', 'THREATS_FOUND'],
  SKIPPED: ['UNSUPPORTED', 'ACCESS_DENIED'],
  FAILED: ['FAILED'],
};

/** Throws PermanentError if the version was recorded with another content than the verdict names. */
export function mustBeSame({ key, eTag }: ScannedVersion, known: IntakeRecord): void {
  if (known.eTag !== eTag) {
    throw new PermanentError(
      `The verdict on ${key} is about eTag ${eTag}, but the version had ${known.eTag}`,
    );
  }
}

/** Throws PermanentError if S3 does not have the version, or has another content under it. */
export function mustExist(version: ScannedVersion, facts: FileFacts | undefined): FileFacts {
  const { bucket, key, versionId, eTag } = version;
  if (!facts) throw new PermanentError(`There is no version ${versionId} of s3://${bucket}/${key}`);
  if (facts.eTag === eTag) return facts;
  throw new PermanentError(`The verdict on ${key} is about eTag ${eTag}, but the version has ${facts.eTag}`);
}

/** The file's name as its uploader knows it. */
export function fileName({ key }: ScannedVersion): string {
  return key.slice(key.lastIndexOf('/') + 1);
}
