import type { Bucket } from './bucket.ts';
import { checkReadConditions, checkWriteConditions } from './conditions.ts';
import { checksumHeaders, objectHeaders, readDescription, versionHeader } from './describe-object.ts';
import { checkVersionId, findObject } from './find-version.ts';
import { deleteMarker, type NewVersion, type ObjectVersion } from './object-version.ts';
import { readRange } from './read-range.ts';
import { receiveContent } from './receive-content.ts';
import { S3Error } from './s3-error.ts';
import type { S3Operation, S3State } from './s3-operation.ts';
import type { S3Request } from './s3-request.ts';

/** PutObject. */
export const putObject: S3Operation = async (request, state) => {
  const bucket = state.buckets.get(request.bucket);
  const description = readDescription(request.headers);
  checkWriteConditions(request, bucket.versions(request.key)[0]);
  const { segment, ...received } = await receiveContent(request, state.content);
  const version = storeObject(state, request, {
    key: request.key,
    deleteMarker: false,
    sizeBytes: segment.sizeBytes,
    segments: [segment],
    ...received,
    ...description,
  });
  return {
    headers: {
      etag: `"${version.eTag}"`,
      ...versionHeader(bucket, version),
      ...checksumHeaders(version.checksum),
    },
  };
};

/**
 * Makes a version the current one if the request's conditions hold at that moment: of two conditional writes at once
 * only one wins. The content is removed if they do not. Throws S3Error PreconditionFailed.
 */
export function storeObject(state: S3State, request: S3Request, version: NewVersion): ObjectVersion {
  try {
    // Found anew: the bucket may have been deleted while the content came in.
    const bucket = state.buckets.get(request.bucket);
    checkWriteConditions(request, bucket.versions(version.key)[0]);
    const { added, replaced } = bucket.add(version);
    if (replaced) state.content.remove(replaced.segments);
    state.created(bucket, added);
    return added;
  } catch (error) {
    if (version.uploadId === undefined) state.content.remove(version.segments);
    throw error;
  }
}

/** GetObject and HeadObject. */
export const getObject: S3Operation = (request, state) => {
  if (request.query.has('partNumber')) {
    throw new S3Error('NotImplemented', 'Reading one part of an object is not part of the local S3');
  }
  const bucket = state.buckets.get(request.bucket);
  const version = findObject(bucket, request.key, request.query.get('versionId') ?? undefined);
  checkReadConditions(request, version);
  const range = readRange(request.header('range'), version.sizeBytes);
  const headers: Record<string, string | number | undefined> = {
    ...objectHeaders(bucket, version),
    'content-length': range ? range.end - range.start + 1 : version.sizeBytes,
    ...responseOverrides(request.query),
  };
  if (range) headers['content-range'] = `bytes ${range.start}-${range.end}/${version.sizeBytes}`;
  // The checksum is the whole content's: with a range a client would compare it with the wrong bytes.
  else if (request.header('x-amz-checksum-mode')?.toUpperCase() === 'ENABLED') {
    Object.assign(headers, checksumHeaders(version.checksum));
  }
  const body = request.method === 'HEAD' ? undefined : state.content.read(version.segments, range);
  return { status: range ? 206 : 200, headers, ...(body ? { body } : {}) };
};

function responseOverrides(query: URLSearchParams): Record<string, string> {
  const names = [
    'cache-control',
    'content-disposition',
    'content-encoding',
    'content-language',
    'content-type',
    'expires',
  ];
  return Object.fromEntries(
    names.flatMap((name) => {
      const value = query.get(`response-${name}`);
      return value === null ? [] : [[name, value]];
    }),
  );
}

/** DeleteObject. */
export const deleteObject: S3Operation = (request, state) => {
  const bucket = state.buckets.get(request.bucket);
  const versionId = request.query.get('versionId') ?? undefined;
  if (request.header('if-match') !== undefined)
    checkWriteConditions(request, bucket.versions(request.key)[0]);
  const deleted = deleteKey(state, bucket, request.key, versionId);
  return {
    status: 204,
    headers: {
      'x-amz-version-id': deleted.versionId,
      'x-amz-delete-marker': deleted.deleteMarker ? 'true' : undefined,
    },
  };
};

/**
 * Deletes a version for good, or without one puts a delete marker where the bucket is versioned. What does not exist is
 * deleted already. Answers the version or the marker that is meant, where there is one.
 */
export function deleteKey(
  state: S3State,
  bucket: Bucket,
  key: string,
  versionId: string | undefined,
): { versionId?: string; deleteMarker: boolean } {
  if (versionId !== undefined) {
    checkVersionId(versionId);
    const version = bucket.versions(key).find((one) => one.versionId === versionId);
    if (version) removeVersion(state, bucket, version);
    return { versionId, deleteMarker: version?.deleteMarker ?? false };
  }
  if (bucket.versioning() === undefined) {
    const [version] = bucket.versions(key);
    if (version) removeVersion(state, bucket, version);
    return { deleteMarker: false };
  }
  const { added, replaced } = bucket.add(deleteMarker(key));
  if (replaced) state.content.remove(replaced.segments);
  return { versionId: added.versionId, deleteMarker: true };
}

function removeVersion(state: S3State, bucket: Bucket, version: ObjectVersion): void {
  bucket.remove(version);
  state.content.remove(version.segments);
}
