import { recordRefused, type ScannedVersion } from '../../services/intake/intake.ts';
import { alreadyDecided, type ScanContext, type ScanResult } from './scan-context.ts';
import { fileName } from './scanned-version.ts';

/** Keeps out a file that cannot be scanned, such as one with a password; it stays in quarantine. */
export async function refuse(
  version: ScannedVersion,
  { reason, context }: { reason: string; context: ScanContext },
): Promise<ScanResult> {
  const record = await context.transaction((database) => recordRefused(database, version, reason));
  if (record.verdict !== 'refused') return alreadyDecided(record);
  return {
    verdict: 'refused',
    reason,
    notice: `${fileName(version)} was not accepted, because it could not be checked for malware (${reason}).`,
  };
}
