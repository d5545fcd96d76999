import type { Bucket } from './bucket.ts';
import type { ObjectVersion } from './object-version.ts';
import { S3Error } from './s3-error.ts';

/**
 * The version that is named, or the current one. Throws S3Error: NoSuchKey where the current one is a delete marker or
 * there is none, NoSuchVersion, MethodNotAllowed for a delete marker that is named, InvalidArgument for what is no
 * version id at all.
 */
export function findObject(bucket: Bucket, key: string, versionId: string | undefined): ObjectVersion {
  const version = findVersion(bucket, key, versionId);
  if (!version?.deleteMarker) {
    if (version) return version;
    throw new S3Error('NoSuchKey', 'The specified key does not exist.', { details: { Key: key } });
  }
  const headers = { 'x-amz-delete-marker': 'true', 'x-amz-version-id': version.versionId };
  if (versionId === undefined) {
    throw new S3Error('NoSuchKey', 'The specified key does not exist.', { details: { Key: key }, headers });
  }
  throw new S3Error('MethodNotAllowed', 'The specified method is not allowed against this resource.', {
    details: { ResourceType: 'DeleteMarker' },
    headers: { ...headers, allow: 'DELETE', 'last-modified': new Date(version.modifiedAt).toUTCString() },
  });
}

/** Like `findObject`, but a delete marker is an answer, and so is the lack of any version. */
export function findVersion(
  bucket: Bucket,
  key: string,
  versionId: string | undefined,
): ObjectVersion | undefined {
  const versions = bucket.versions(key);
  if (versionId === undefined) return versions[0];
  checkVersionId(versionId);
  const version = versions.find((one) => one.versionId === versionId);
  if (version) return version;
  throw new S3Error('NoSuchVersion', 'The specified version does not exist.', {
    details: { Key: key, VersionId: versionId },
  });
}

/** S3 tells what no version of its own could be called from a version that it does not have. */
export function checkVersionId(versionId: string): void {
  if (versionId === 'null' || /^[A-Za-z0-9._]{32}$/.test(versionId)) return;
  throw new S3Error('InvalidArgument', 'Invalid version id specified', {
    details: { ArgumentName: 'versionId', ArgumentValue: versionId },
  });
}
