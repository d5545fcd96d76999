import { findIntake, wasInfected } from '../../services/intake/intake.ts';
import { handle } from '../handle.ts';
import { passOn } from './pass-on.ts';
import { refuse } from './refuse.ts';
import { removeInfected } from './remove-infected.ts';
import { rescan } from './rescan.ts';
import type { ScanResult } from './scan-context.ts';
import { mustBeSame, mustExist, scannedVersion } from './scanned-version.ts';
import { virusScanResult } from './task.ts';

/** GuardDuty writes this object itself, to see whether it may; nobody uploaded it. */
const validationObject = 'malware-protection-resource-validation-object';

/** Acts on a verdict. It fails closed: a file leaves quarantine by a clean verdict on exactly this version alone. */
export default handle(virusScanResult, async (detail, context): Promise<ScanResult> => {
  const { services, log } = context;
  if (detail.s3ObjectDetails.objectKey === validationObject)
    return { verdict: 'ignored', reason: 'validation object' };

  const named = scannedVersion(detail, services.buckets.quarantine);
  const { scanResultStatus, threats, statusReasons } = detail.scanResultDetails;
  log.info({ key: named.key, versionId: named.versionId, scanResultStatus }, 'verdict');

  // The file before the record: whatever took it out of quarantine meanwhile was written down first.
  const facts = await services.files.head(named);
  const known = await findIntake(services.database, named);
  const version = named.eTag === '' ? { ...named, eTag: known?.eTag ?? facts?.eTag ?? '' } : named;
  if (known) mustBeSame(version, known);
  // A decided version may have left quarantine: an attempt that was cut off goes on from the record.
  const decided = known !== undefined && known.verdict !== null;
  if (!decided && !facts && (await wasInfected(services.database, version))) {
    return { verdict: 'ignored', reason: 'removed together with an infected version of the same file' };
  }
  if (!decided) mustExist(version, facts);

  const reason = statusReasons?.join(', ') || scanResultStatus;
  switch (scanResultStatus) {
    case 'NO_THREATS_FOUND':
      return passOn(version, { known, metadata: facts?.metadata ?? {}, context });
    case 'THREATS_FOUND':
      return removeInfected(version, { threats: threats?.map(({ name }) => name) ?? [], context });
    case 'UNSUPPORTED':
      return refuse(version, { reason, context });
    case 'FAILED':
    case 'ACCESS_DENIED':
      return rescan(version, { reason, context });
  }
});
