import { GetObjectTaggingCommand, paginateListObjectsV2, type S3Client } from '@aws-sdk/client-s3';

/** Scans of large files take minutes; after this long without a verdict something is wrong. */
export const patienceMinutes = 30;
/** GuardDuty writes its verdict on the object, https://docs.aws.amazon.com/guardduty/latest/ug/monitor-enable-s3-object-tagging-malware-protection.html */
const verdictTag = 'GuardDutyMalwareScanStatus';
/** GuardDuty's own, written to prove that it may. */
const validationKey = 'malware-protection-resource-validation-object';
/** Refused files stay in quarantine: only the newest are asked for their tags, each question costs. */
const mostAsked = 200;
const askedAtOnce = 20;

/** What lies in quarantine longer than a scan takes. */
export interface Unscanned {
  /** Files that were asked for their verdict. */
  asked: number;
  /** Keys of those that have none. */
  keys: string[];
}

/** Looks for uploads that were never scanned. Throws if S3 does not answer. */
export async function findUnscanned(
  s3: S3Client,
  { bucket, now }: { bucket: string; now: Date },
): Promise<Unscanned> {
  const asked = await uploadsBefore(s3, bucket, now.getTime() - patienceMinutes * 60_000);
  const keys: string[] = [];
  for (let from = 0; from < asked.length; from += askedAtOnce) {
    const some = asked.slice(from, from + askedAtOnce);
    const have = await Promise.all(some.map((key) => hasVerdict(s3, bucket, key)));
    keys.push(...some.filter((_key, index) => have[index] === false));
  }
  return { asked: asked.length, keys };
}

/** Newest first. */
async function uploadsBefore(s3: S3Client, bucket: string, before: number): Promise<string[]> {
  const uploads: { key: string; at: number }[] = [];
  for await (const { Contents = [] } of paginateListObjectsV2({ client: s3 }, { Bucket: bucket })) {
    for (const { Key: key, LastModified } of Contents) {
      const at = LastModified?.getTime() ?? 0;
      if (key !== undefined && key !== validationKey && at <= before) uploads.push({ key, at });
    }
  }
  return uploads
    .sort((one, other) => other.at - one.at)
    .slice(0, mostAsked)
    .map(({ key }) => key);
}

/** A file that has gone since it was listed has had its verdict. */
async function hasVerdict(s3: S3Client, bucket: string, key: string): Promise<boolean> {
  try {
    const { TagSet } = await s3.send(new GetObjectTaggingCommand({ Bucket: bucket, Key: key }));
    return TagSet?.some(({ Key }) => Key === verdictTag) ?? false;
  } catch (error) {
    if (error instanceof Error && /^(NoSuchKey|NotFound|MethodNotAllowed)$/.test(error.name)) return true;
    throw error;
  }
}
