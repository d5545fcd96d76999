import { FileChanged } from '../../services/files/files.ts';
import {
  type IntakeRecord,
  recordClean,
  recordPassedOn,
  type ScannedVersion,
} from '../../services/intake/intake.ts';
import { PermanentError } from '../handle.ts';
import { uploadMessageId, uploadMetadata } from '../names.ts';
import { followOnTask, readFollowOn } from './follow-on.ts';
import { alreadyDecided, type ScanContext, type ScanResult } from './scan-context.ts';

/**
 * Copies the clean version, writes that down, sends the task it was uploaded for and empties quarantine, in that order:
 * an attempt that finds the record goes on from there.
 */
export async function passOn(
  version: ScannedVersion,
  {
    known,
    metadata,
    context,
  }: { known: IntakeRecord | undefined; metadata: Record<string, string>; context: ScanContext },
): Promise<ScanResult> {
  const record = known?.verdict ? known : await accept(version, metadata, context);
  if (record.verdict !== 'clean' || record.cleanBucket === null) return alreadyDecided(record);
  const followOnRunId = record.followOnRunId ?? (await sendFollowOn(version, { record, metadata, context }));
  await context.services.files.deleteVersion(version);
  const { cleanBucket: bucket, cleanVersionId: versionId } = record;
  return {
    verdict: 'clean',
    file: { bucket, key: version.key, ...(versionId === null ? {} : { versionId }) },
    followOnRunId,
  };
}

async function accept(
  version: ScannedVersion,
  metadata: Record<string, string>,
  { services, transaction }: ScanContext,
): Promise<IntakeRecord> {
  const { files, buckets } = services;
  const target = { bucket: buckets.clean, key: version.key };
  // What cannot be passed on stays in quarantine, so this is found out before the copy.
  readFollowOn(metadata, target);
  // A version that is gone by now was taken by another verdict: the next attempt finds what that one wrote down.
  const { versionId } = await files.copy(version, target).catch((error: unknown) => {
    if (!(error instanceof FileChanged)) throw error;
    throw new PermanentError(`The clean version cannot be copied: ${error.message}`);
  });
  const copy = { ...target, ...(versionId === undefined ? {} : { versionId }) };
  const followOn = readFollowOn(metadata, copy);
  const record = await transaction((database) =>
    recordClean(database, version, { copy: { bucket: copy.bucket, versionId }, followOn }),
  );
  const isOurs = record.verdict === 'clean' && record.cleanVersionId === (versionId ?? null);
  if (!isOurs && versionId !== undefined) await files.deleteVersion({ ...target, versionId });
  return record;
}

async function sendFollowOn(
  version: ScannedVersion,
  {
    record,
    metadata,
    context,
  }: { record: IntakeRecord; metadata: Record<string, string>; context: ScanContext },
): Promise<string> {
  const traceparent = metadata[uploadMetadata.traceparent];
  const runId = await context.send(followOnTask(record.followOnTask ?? ''), record.followOnInput, {
    id: uploadMessageId(version),
    ...(traceparent === undefined ? {} : { traceparent }),
  });
  await context.transaction((database) => recordPassedOn(database, version, runId));
  return runId;
}
