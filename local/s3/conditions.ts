import type { ObjectVersion } from './object-version.ts';
import { S3Error } from './s3-error.ts';
import type { S3Request } from './s3-request.ts';

/** Refuses a read whose If-* headers the object does not fit: 412, or 304 where the reader has it already. */
export function checkReadConditions(request: S3Request, version: ObjectVersion): void {
  const { failed, unchanged } = judge(request, version, '');
  if (failed) throw preconditionFailed(failed);
  if (unchanged) {
    throw new S3Error('NotModified', 'Not Modified', {
      headers: { etag: `"${version.eTag}"`, 'last-modified': new Date(version.modifiedAt).toUTCString() },
    });
  }
}

/** Refuses a copy whose x-amz-copy-source-if-* headers the source does not fit. */
export function checkCopyConditions(request: S3Request, source: ObjectVersion): void {
  const { failed, unchanged } = judge(request, source, 'x-amz-copy-source-');
  if (failed) throw preconditionFailed(failed);
  if (unchanged) throw preconditionFailed(unchanged);
}

/** Refuses a write or delete whose If-Match or If-None-Match the key's current object does not fit. */
export function checkWriteConditions(request: S3Request, current: ObjectVersion | undefined): void {
  const object = current?.deleteMarker ? undefined : current;
  const ifNoneMatch = request.header('if-none-match');
  if (ifNoneMatch !== undefined) {
    if (ifNoneMatch.trim() !== '*') {
      throw new S3Error('NotImplemented', 'A write takes only * in If-None-Match');
    }
    if (object) throw preconditionFailed('If-None-Match');
  }
  const ifMatch = request.header('if-match');
  if (ifMatch === undefined) return;
  if (!object)
    throw new S3Error('NoSuchKey', 'The specified key does not exist.', { details: { Key: request.key } });
  if (!lists(ifMatch, object.eTag)) throw preconditionFailed('If-Match');
}

/** Match beats time: If-Unmodified-Since counts only without If-Match, If-Modified-Since only without If-None-Match. */
function judge(
  request: S3Request,
  version: ObjectVersion,
  prefix: string,
): { failed?: string; unchanged?: string } {
  const ifMatch = request.header(`${prefix}if-match`);
  const ifNoneMatch = request.header(`${prefix}if-none-match`);
  const unmodifiedSince = Date.parse(request.header(`${prefix}if-unmodified-since`) ?? '');
  const modifiedSince = Date.parse(request.header(`${prefix}if-modified-since`) ?? '');
  if (ifMatch !== undefined) {
    if (!lists(ifMatch, version.eTag)) return { failed: `${prefix}If-Match` };
  } else if (version.modifiedAt > unmodifiedSince) {
    return { failed: `${prefix}If-Unmodified-Since` };
  }
  if (ifNoneMatch !== undefined) {
    if (lists(ifNoneMatch, version.eTag)) return { unchanged: `${prefix}If-None-Match` };
  } else if (version.modifiedAt <= modifiedSince) {
    return { unchanged: `${prefix}If-Modified-Since` };
  }
  return {};
}

function lists(header: string, eTag: string): boolean {
  return header
    .split(',')
    .map((one) => one.trim().replace(/^W\//, '').replaceAll('"', ''))
    .some((one) => one === '*' || one === eTag);
}

function preconditionFailed(condition: string): S3Error {
  return new S3Error('PreconditionFailed', 'At least one of the pre-conditions you specified did not hold', {
    details: { Condition: condition },
  });
}
