import { owner } from './buckets.ts';
import { checksumElements } from './describe-object.ts';
import { listKeys } from './list-keys.ts';
import type { ObjectVersion } from './object-version.ts';
import { S3Error } from './s3-error.ts';
import type { S3Operation } from './s3-operation.ts';
import { writeXml, type XmlElement } from './s3-xml.ts';

/** ListObjectsV2, and the ListObjects before it. */
export const listObjects: S3Operation = ({ bucket: name, query }, { buckets }) => {
  const bucket = buckets.get(name);
  const isSecond = query.get('list-type') === '2';
  const token = query.get('continuation-token');
  const after = isSecond
    ? token === null
      ? query.get('start-after')
      : readToken(token)
    : query.get('marker');
  const limit = maximumKeys(query);
  const encode = keyEncoding(query);
  const page = listKeys(
    bucket.keys().filter((key) => !bucket.versions(key)[0]?.deleteMarker),
    { prefix: query.get('prefix') ?? '', delimiter: query.get('delimiter') ?? '', after: after ?? '', limit },
  );
  const contents = page.keys.flatMap((key) => {
    const version = bucket.versions(key)[0];
    return version ? [describe(version, encode)] : [];
  });
  const withOwner = !isSecond || query.get('fetch-owner') === 'true';
  return {
    body: writeXml('ListBucketResult', {
      Name: name,
      Prefix: encode(query.get('prefix') ?? ''),
      Delimiter: optional(query.get('delimiter'), encode),
      MaxKeys: limit,
      EncodingType: query.get('encoding-type') ?? undefined,
      IsTruncated: page.last !== undefined,
      ...(isSecond
        ? {
            KeyCount: contents.length + page.prefixes.length,
            StartAfter: optional(query.get('start-after'), encode),
            ContinuationToken: token ?? undefined,
            NextContinuationToken: page.last === undefined ? undefined : writeToken(page.last),
          }
        : { Marker: encode(query.get('marker') ?? ''), NextMarker: optional(page.last ?? null, encode) }),
      Contents: withOwner ? contents.map((one) => ({ ...one, Owner: owner })) : contents,
      CommonPrefixes: page.prefixes.map((prefix) => ({ Prefix: encode(prefix) })),
    }),
  };
};

function describe(version: ObjectVersion, encode: (key: string) => string): XmlElement {
  const { ChecksumType } = checksumElements(version.checksum);
  return {
    Key: encode(version.key),
    LastModified: new Date(version.modifiedAt).toISOString(),
    ETag: `"${version.eTag}"`,
    ChecksumAlgorithm: version.checksum?.algorithm,
    ChecksumType,
    Size: version.sizeBytes,
    StorageClass: 'STANDARD',
  };
}

/** ListObjectVersions. */
export const listObjectVersions: S3Operation = ({ bucket: name, query }, { buckets }) => {
  const bucket = buckets.get(name);
  const limit = maximumKeys(query);
  const encode = keyEncoding(query);
  const keyMarker = query.get('key-marker') ?? '';
  const versionMarker = query.get('version-id-marker') ?? '';
  const entries = bucket
    .keys()
    .flatMap((key) =>
      bucket.versions(key).map((version, position) => ({ version, isLatest: position === 0 })),
    );
  const markerAt = entries.findIndex(
    ({ version }) => version.key === keyMarker && version.versionId === versionMarker,
  );
  const page = listKeys(
    entries.map(({ version }) => version.key),
    {
      prefix: query.get('prefix') ?? '',
      delimiter: query.get('delimiter') ?? '',
      after: keyMarker,
      startAt: markerAt < 0 ? undefined : markerAt + 1,
      limit,
    },
  );
  const listed = page.positions.flatMap((position) => entries[position] ?? []);
  const elements = listed.map(({ version, isLatest }) => ({
    deleteMarker: version.deleteMarker,
    element: {
      ...(version.deleteMarker
        ? { Key: encode(version.key), LastModified: new Date(version.modifiedAt).toISOString() }
        : describe(version, encode)),
      VersionId: version.versionId,
      IsLatest: isLatest,
      Owner: owner,
    },
  }));
  return {
    body: writeXml('ListVersionsResult', {
      Name: name,
      Prefix: encode(query.get('prefix') ?? ''),
      Delimiter: optional(query.get('delimiter'), encode),
      KeyMarker: encode(keyMarker),
      VersionIdMarker: versionMarker,
      MaxKeys: limit,
      EncodingType: query.get('encoding-type') ?? undefined,
      IsTruncated: page.last !== undefined,
      NextKeyMarker: optional(page.last ?? null, encode),
      NextVersionIdMarker:
        page.last !== undefined && page.last === listed.at(-1)?.version.key
          ? listed.at(-1)?.version.versionId
          : undefined,
      Version: elements.filter((one) => !one.deleteMarker).map((one) => one.element),
      DeleteMarker: elements.filter((one) => one.deleteMarker).map((one) => one.element),
      CommonPrefixes: page.prefixes.map((prefix) => ({ Prefix: encode(prefix) })),
    }),
  };
};

function maximumKeys(query: URLSearchParams): number {
  const text = query.get('max-keys') ?? '1000';
  if (/^\d{1,9}$/.test(text)) return Math.min(Number(text), 1000);
  throw new S3Error('InvalidArgument', 'Provided max-keys not an integer or within integer range', {
    details: { ArgumentName: 'max-keys', ArgumentValue: text },
  });
}

/** Keys may hold characters that XML cannot: `encoding-type=url` has them percent-encoded, all but the slash. */
function keyEncoding(query: URLSearchParams): (key: string) => string {
  const encoding = query.get('encoding-type');
  if (encoding === null) return (key) => key;
  if (encoding === 'url')
    return (key) => encodeURIComponent(key).replaceAll('%2F', '/').replaceAll('%20', '+');
  throw new S3Error('InvalidArgument', 'Invalid Encoding Method specified in Request', {
    details: { ArgumentName: 'encoding-type', ArgumentValue: encoding },
  });
}

function optional(value: string | null, encode: (key: string) => string): string | undefined {
  return value === null ? undefined : encode(value);
}

const writeToken = (last: string) => Buffer.from(last).toString('base64url');

function readToken(token: string): string {
  const last = Buffer.from(token, 'base64url').toString();
  if (last !== '' && writeToken(last) === token) return last;
  throw new S3Error('InvalidArgument', 'The continuation token provided is incorrect', {
    details: { ArgumentName: 'continuation-token' },
  });
}
