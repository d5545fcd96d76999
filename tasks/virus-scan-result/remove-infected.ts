import { findIntake, recordInfected, type ScannedVersion } from '../../services/intake/intake.ts';
import { PermanentError } from '../handle.ts';
import type { ScanContext, ScanResult } from './scan-context.ts';
import { fileName } from './scanned-version.ts';

/** Writes the threats down and removes the file with all its versions, also a copy that was passed on as clean. */
export async function removeInfected(
  version: ScannedVersion,
  { threats, context }: { threats: string[]; context: ScanContext },
): Promise<ScanResult> {
  const { services, transaction, log } = context;
  const { files } = services;
  const record = await transaction(async (database) => {
    await recordInfected(database, version, threats);
    return findIntake(database, version);
  });
  const removed = await files.deleteAllVersions(version);
  log.warn({ key: version.key, threats, removed }, 'infected file removed');
  if (record?.cleanBucket) {
    if (record.cleanVersionId) {
      await files.deleteVersion({
        bucket: record.cleanBucket,
        key: version.key,
        versionId: record.cleanVersionId,
      });
    }
    throw new PermanentError(
      `${version.key} was passed on as clean and is now infected with ${threats.join(', ')}: all copies are removed, ` +
        `but look at what run ${record.followOnRunId ?? 'unknown'} of ${record.followOnTask} made of it`,
    );
  }
  return {
    verdict: 'infected',
    threats,
    notice: `${fileName(version)} was removed, because malware was found in it (${threats.join(', ') || 'unnamed'}).`,
  };
}
