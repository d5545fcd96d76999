import {
  DeleteObjectsCommand,
  ListObjectVersionsCommand,
  type ObjectIdentifier,
  type S3Client,
} from '@aws-sdk/client-s3';

/** The most that one DeleteObjects takes. */
const batchSize = 1000;

/**
 * Deletes the object with all versions and delete markers; answers how many there were. Throws an Error that names what
 * S3 refused to delete.
 */
export async function deleteAllVersions(
  s3: S3Client,
  { bucket, key }: { bucket: string; key: string },
): Promise<number> {
  const versions = await findVersions(s3, bucket, key);
  for (let from = 0; from < versions.length; from += batchSize) {
    const { Errors = [] } = await s3.send(
      new DeleteObjectsCommand({
        Bucket: bucket,
        Delete: { Objects: versions.slice(from, from + batchSize), Quiet: true },
      }),
    );
    if (Errors.length > 0) {
      const reasons = Errors.map((error) => `version ${error.VersionId}: ${error.Code} ${error.Message}`);
      throw new Error(`S3 did not delete all of s3://${bucket}/${key}: ${reasons.join('; ')}`);
    }
  }
  return versions.length;
}

async function findVersions(s3: S3Client, bucket: string, key: string): Promise<ObjectIdentifier[]> {
  const found: ObjectIdentifier[] = [];
  let markers: { KeyMarker?: string; VersionIdMarker?: string } = {};
  for (;;) {
    const page = await s3.send(new ListObjectVersionsCommand({ Bucket: bucket, Prefix: key, ...markers }));
    const listed = [...(page.Versions ?? []), ...(page.DeleteMarkers ?? [])];
    for (const { Key, VersionId } of listed) {
      if (Key === key && VersionId !== undefined) found.push({ Key, VersionId });
    }
    // The key itself sorts before all longer ones that begin with it.
    const beyond = listed.some(({ Key }) => Key !== key);
    if (beyond || !page.IsTruncated || page.NextKeyMarker === undefined) return found;
    markers = {
      KeyMarker: page.NextKeyMarker,
      ...(page.NextVersionIdMarker === undefined ? {} : { VersionIdMarker: page.NextVersionIdMarker }),
    };
  }
}
