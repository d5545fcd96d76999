import type { Bucket } from './bucket.ts';
import { type ChecksumAlgorithm, checksumHeader, type StoredChecksum } from './checksums.ts';
import type { ObjectDescription, ObjectVersion } from './object-version.ts';
import { storedEncoding } from './receive-content.ts';
import { S3Error } from './s3-error.ts';
import { readTagHeader } from './tags.ts';

const keptHeaders = [
  'cache-control',
  'content-disposition',
  'content-language',
  'content-type',
  'expires',
] as const;

/** Reads what a write says of the object: headers by name, or a form's fields. Throws S3Error MetadataTooLarge. */
export function readDescription(fields: Record<string, string>): ObjectDescription {
  const headers: Record<string, string> = { 'content-type': 'binary/octet-stream' };
  const metadata: Record<string, string> = {};
  for (const [name, value] of Object.entries(fields)) {
    if ((keptHeaders as readonly string[]).includes(name)) headers[name] = value;
    if (name.startsWith('x-amz-meta-')) metadata[name.slice('x-amz-meta-'.length)] = value;
  }
  const encoding = storedEncoding(fields['content-encoding']);
  if (encoding) headers['content-encoding'] = encoding;
  const odd = Object.keys(metadata).find((name) => !/^[a-z0-9!#$%&'*+.^_`|~-]+$/.test(name));
  if (odd !== undefined) throw new S3Error('InvalidArgument', `${odd} is no name of a header`);
  const bytes = Object.entries(metadata).reduce((sum, pair) => sum + Buffer.byteLength(pair.join('')), 0);
  if (bytes > 2048) {
    throw new S3Error('MetadataTooLarge', 'Your metadata headers exceed the maximum allowed metadata size', {
      details: { Size: bytes, MaxSizeAllowed: 2048 },
    });
  }
  return { headers, metadata, tags: readTagHeader(fields['x-amz-tagging'] ?? '') };
}

/** The headers under which S3 gives an object back. */
export function objectHeaders(
  bucket: Bucket,
  version: ObjectVersion,
): Record<string, string | number | undefined> {
  const tags = Object.keys(version.tags).length;
  return {
    ...version.headers,
    ...Object.fromEntries(
      Object.entries(version.metadata).map(([name, value]) => [`x-amz-meta-${name}`, value]),
    ),
    etag: `"${version.eTag}"`,
    'last-modified': new Date(version.modifiedAt).toUTCString(),
    'accept-ranges': 'bytes',
    'x-amz-tagging-count': tags || undefined,
    ...versionHeader(bucket, version),
  };
}

/** Name of the version, which S3 tells only of buckets that are or were versioned. */
export function versionHeader(
  bucket: Bucket,
  version: Pick<ObjectVersion, 'versionId'>,
): Record<string, string | undefined> {
  return { 'x-amz-version-id': bucket.versioning() === undefined ? undefined : version.versionId };
}

/** The checksum as headers. */
export function checksumHeaders(checksum: StoredChecksum | undefined): Record<string, string> {
  if (!checksum) return {};
  return { [checksumHeader(checksum.algorithm)]: checksum.value, 'x-amz-checksum-type': checksum.type };
}

/** The checksum as elements of XML. */
export function checksumElements(checksum: StoredChecksum | undefined): Record<string, string> {
  if (!checksum) return {};
  return { [checksumElement(checksum.algorithm)]: checksum.value, ChecksumType: checksum.type };
}

/** Name of the XML element that carries the checksum. */
export function checksumElement(algorithm: ChecksumAlgorithm): string {
  return `Checksum${algorithm}`;
}
