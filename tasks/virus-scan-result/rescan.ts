import { recordRescan, type ScannedVersion } from '../../services/intake/intake.ts';
import { PermanentError } from '../handle.ts';
import { alreadyDecided, type ScanContext, type ScanResult } from './scan-context.ts';

/** Further scans of a version whose scan failed. */
const maximumRescans = 3;

/** Asks for another scan, whose verdict comes as a new message. Throws PermanentError when that was tried too often. */
export async function rescan(
  version: ScannedVersion,
  { reason, context }: { reason: string; context: ScanContext },
): Promise<ScanResult> {
  const { services, transaction, run } = context;
  const record = await transaction((database) =>
    recordRescan(database, version, { runId: run.id, maximum: maximumRescans }),
  );
  if (record.verdict !== null) return alreadyDecided(record);
  if (!record.rescanRunIds.includes(run.id)) {
    throw new PermanentError(
      `${version.key} could not be scanned (${reason}), nor by ${maximumRescans} further scans: it stays in quarantine`,
    );
  }
  await services.malwareScans.rescan(version);
  return { verdict: 'rescan', reason };
}
