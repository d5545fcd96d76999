import { createHash } from 'node:crypto';
import type { Bucket } from './bucket.ts';
import { checkCopyConditions } from './conditions.ts';
import { checksumElements, readDescription, versionHeader } from './describe-object.ts';
import { findObject } from './find-version.ts';
import type { ObjectVersion } from './object-version.ts';
import { storeObject } from './objects.ts';
import { S3Error } from './s3-error.ts';
import type { S3Operation, S3State } from './s3-operation.ts';
import { decode, type S3Request } from './s3-request.ts';
import { writeXml } from './s3-xml.ts';

/** CopyObject: the content, its eTag computed anew, with the source's description or the request's. */
export const copyObject: S3Operation = async (request, state) => {
  const bucket = state.buckets.get(request.bucket);
  const source = findCopySource(request, state);
  const { version } = source;
  const replaces = directive(request, 'x-amz-metadata-directive');
  const replacesTags = directive(request, 'x-amz-tagging-directive');
  if (source.bucket === bucket && version.key === request.key && !source.versionNamed && !replaces) {
    throw new S3Error(
      'InvalidRequest',
      'This copy request is illegal because it is trying to copy an object to itself without changing it.',
    );
  }
  if (version.sizeBytes > 5 * 1024 ** 3) {
    throw new S3Error(
      'InvalidRequest',
      'The specified copy source is larger than the maximum allowable size',
    );
  }
  const described = readDescription(request.headers);
  const segments = await state.content.duplicate(version.segments);
  const { checksum } = version;
  const stored = storeObject(state, request, {
    key: request.key,
    deleteMarker: false,
    eTag: await plainETag(state, version),
    sizeBytes: version.sizeBytes,
    segments,
    headers: replaces ? described.headers : version.headers,
    metadata: replaces ? described.metadata : version.metadata,
    tags: replacesTags ? described.tags : version.tags,
    ...(checksum?.type === 'FULL_OBJECT' ? { checksum } : {}),
  });
  return {
    headers: {
      ...versionHeader(bucket, stored),
      'x-amz-copy-source-version-id': versionHeader(source.bucket, version)['x-amz-version-id'],
    },
    body: writeXml('CopyObjectResult', {
      LastModified: new Date(stored.modifiedAt).toISOString(),
      ETag: `"${stored.eTag}"`,
      ...checksumElements(stored.checksum),
    }),
  };
};

/** The version that x-amz-copy-source names, if it fits the conditions on it. Throws S3Error. */
export function findCopySource(
  request: S3Request,
  state: S3State,
): { bucket: Bucket; version: ObjectVersion; versionNamed: boolean } {
  const [path = '', query = ''] = (request.header('x-amz-copy-source') ?? '').split('?');
  const [, bucketName, key] = /^\/?([^/]+)\/(.+)$/s.exec(decode(path)) ?? [];
  if (bucketName === undefined || key === undefined) {
    throw new S3Error(
      'InvalidArgument',
      'Copy Source must mention the source bucket and key: sourcebucket/sourcekey',
    );
  }
  const versionId = new URLSearchParams(query).get('versionId') ?? undefined;
  const bucket = state.buckets.get(bucketName);
  let version: ObjectVersion;
  try {
    version = findObject(bucket, key, versionId);
  } catch (error) {
    if (!(error instanceof S3Error) || error.code !== 'MethodNotAllowed') throw error;
    throw new S3Error(
      'InvalidRequest',
      'The source of a copy request may not specifically refer to a delete marker by version id.',
    );
  }
  checkCopyConditions(request, version);
  return { bucket, version, versionNamed: versionId !== undefined };
}

function directive(request: S3Request, name: string): boolean {
  const value = request.header(name) ?? 'COPY';
  if (value === 'COPY' || value === 'REPLACE') return value === 'REPLACE';
  throw new S3Error('InvalidArgument', `Unknown ${name} ${value}`, {
    details: { ArgumentName: name, ArgumentValue: value },
  });
}

/** The MD5 of the content: a copy is one object even where its source was uploaded in parts. */
async function plainETag(state: S3State, version: ObjectVersion): Promise<string> {
  if (!version.eTag.includes('-')) return version.eTag;
  const hash = createHash('md5');
  for await (const chunk of state.content.read(version.segments)) hash.update(chunk as Buffer);
  return hash.digest('hex');
}
