import { owner } from './buckets.ts';
import { type ChecksumAlgorithm, checksumAlgorithm, type StoredChecksum } from './checksums.ts';
import { findCopySource } from './copy-object.ts';
import { checksumElement, checksumHeaders, readDescription, versionHeader } from './describe-object.ts';
import {
  addPart,
  findUpload,
  forgetUpload,
  listUploadedParts,
  listUploads,
  type MultipartUpload,
  startUpload,
  type UploadedPart,
} from './multipart-uploads.ts';
import { readRange } from './read-range.ts';
import { receiveContent } from './receive-content.ts';
import { S3Error } from './s3-error.ts';
import type { S3Operation, S3State } from './s3-operation.ts';
import type { S3Request } from './s3-request.ts';
import { writeXml } from './s3-xml.ts';

/** CreateMultipartUpload. */
export const createMultipartUpload: S3Operation = (request, { buckets }) => {
  const bucket = buckets.get(request.bucket);
  const algorithm = checksumAlgorithm(request.header('x-amz-checksum-algorithm'));
  const type = checksumType(request.header('x-amz-checksum-type'), algorithm);
  const upload = startUpload(bucket, {
    key: request.key,
    ...readDescription(request.headers),
    ...(algorithm ? { checksumAlgorithm: algorithm, checksumType: type } : {}),
  });
  return {
    headers: { 'x-amz-checksum-algorithm': algorithm, 'x-amz-checksum-type': algorithm && type },
    body: writeXml('InitiateMultipartUploadResult', {
      Bucket: bucket.name,
      Key: request.key,
      UploadId: upload.uploadId,
    }),
  };
};

/** UploadPart. */
export const uploadPart: S3Operation = async (request, state) => {
  const { upload, number } = findPartsUpload(request, state);
  const { segment, eTag, checksum } = await receiveContent(request, state.content);
  const part = {
    number,
    eTag,
    segment,
    modifiedAt: Date.now(),
    ...(checksum ? { checksum: checksum.value } : {}),
  };
  keepPart(request, state, upload, part);
  return { headers: { etag: `"${eTag}"`, ...partChecksumHeaders(checksum) } };
};

/** UploadPartCopy. */
export const uploadPartCopy: S3Operation = async (request, state) => {
  const { upload, number } = findPartsUpload(request, state);
  const { bucket, version } = findCopySource(request, state);
  const range = readRange(request.header('x-amz-copy-source-range'), version.sizeBytes);
  const algorithm = upload.checksumAlgorithm;
  const { segment, digests } = await state.content.write(state.content.read(version.segments, range), [
    'MD5',
    ...(algorithm ? [algorithm] : []),
  ]);
  const checksum = algorithm && digests.get(algorithm)?.toString('base64');
  const eTag = digests.get('MD5')?.toString('hex') ?? '';
  const part = { number, eTag, segment, modifiedAt: Date.now(), ...(checksum ? { checksum } : {}) };
  keepPart(request, state, upload, part);
  return {
    headers: { 'x-amz-copy-source-version-id': versionHeader(bucket, version)['x-amz-version-id'] },
    body: writeXml('CopyPartResult', {
      LastModified: new Date(part.modifiedAt).toISOString(),
      ETag: `"${eTag}"`,
      ...(algorithm ? { [checksumElement(algorithm)]: checksum } : {}),
    }),
  };
};

/** AbortMultipartUpload. */
export const abortMultipartUpload: S3Operation = (request, state) => {
  const bucket = state.buckets.get(request.bucket);
  const { uploadId } = findUpload(bucket, request.query.get('uploadId') ?? '', request.key);
  const parts = listUploadedParts(bucket, uploadId);
  forgetUpload(bucket, uploadId);
  state.content.remove(parts.map((part) => part.segment));
  return { status: 204 };
};

/** ListParts. */
export const listParts: S3Operation = (request, { buckets }) => {
  const bucket = buckets.get(request.bucket);
  const upload = findUpload(bucket, request.query.get('uploadId') ?? '', request.key);
  const marker = Number(request.query.get('part-number-marker') ?? 0);
  const limit = Math.min(Number(request.query.get('max-parts') ?? 1000), 1000);
  const rest = listUploadedParts(bucket, upload.uploadId).filter((part) => part.number > marker);
  const page = rest.slice(0, limit);
  return {
    body: writeXml('ListPartsResult', {
      Bucket: bucket.name,
      Key: request.key,
      UploadId: upload.uploadId,
      Initiator: owner,
      Owner: owner,
      StorageClass: 'STANDARD',
      PartNumberMarker: marker,
      NextPartNumberMarker: page.at(-1)?.number ?? 0,
      MaxParts: limit,
      IsTruncated: page.length < rest.length,
      ChecksumAlgorithm: upload.checksumAlgorithm,
      ChecksumType: upload.checksumType,
      Part: page.map((part) => ({
        PartNumber: part.number,
        LastModified: new Date(part.modifiedAt).toISOString(),
        ETag: `"${part.eTag}"`,
        Size: part.segment.sizeBytes,
        ...(upload.checksumAlgorithm ? { [checksumElement(upload.checksumAlgorithm)]: part.checksum } : {}),
      })),
    }),
  };
};

/** ListMultipartUploads; all of them on one page. */
export const listMultipartUploads: S3Operation = ({ bucket: name, query }, { buckets }) => {
  const prefix = query.get('prefix') ?? '';
  const uploads = listUploads(buckets.get(name)).filter((upload) => upload.key.startsWith(prefix));
  return {
    body: writeXml('ListMultipartUploadsResult', {
      Bucket: name,
      Prefix: prefix,
      KeyMarker: '',
      UploadIdMarker: '',
      MaxUploads: 1000,
      IsTruncated: false,
      Upload: uploads.map((upload) => ({
        Key: upload.key,
        UploadId: upload.uploadId,
        Initiator: owner,
        Owner: owner,
        StorageClass: 'STANDARD',
        Initiated: new Date(upload.startedAt).toISOString(),
        ChecksumAlgorithm: upload.checksumAlgorithm,
        ChecksumType: upload.checksumType,
      })),
    }),
  };
};

function findPartsUpload(request: S3Request, state: S3State): { upload: MultipartUpload; number: number } {
  const number = Number(request.query.get('partNumber'));
  if (!Number.isInteger(number) || number < 1 || number > 10_000) {
    throw new S3Error('InvalidArgument', 'Part number must be an integer between 1 and 10000, inclusive', {
      details: { ArgumentName: 'partNumber', ArgumentValue: String(request.query.get('partNumber')) },
    });
  }
  const bucket = state.buckets.get(request.bucket);
  return { upload: findUpload(bucket, request.query.get('uploadId') ?? '', request.key), number };
}

/** The upload may have been aborted or completed while the part came in. */
function keepPart(request: S3Request, state: S3State, upload: MultipartUpload, part: UploadedPart): void {
  try {
    const bucket = state.buckets.get(request.bucket);
    findUpload(bucket, upload.uploadId, upload.key);
    const replaced = addPart(bucket, upload.uploadId, part);
    if (replaced) state.content.remove([replaced.segment]);
  } catch (error) {
    state.content.remove([part.segment]);
    throw error;
  }
}

/** SHA checksums of parts cannot be joined to the whole's; a CRC64NVME is always the whole's. */
function checksumType(
  wanted: string | undefined,
  algorithm: ChecksumAlgorithm | undefined,
): 'FULL_OBJECT' | 'COMPOSITE' {
  const type = wanted ?? (algorithm === 'CRC64NVME' ? 'FULL_OBJECT' : 'COMPOSITE');
  const impossible =
    algorithm === 'CRC64NVME' ? 'COMPOSITE' : algorithm?.startsWith('SHA') ? 'FULL_OBJECT' : '';
  if ((type === 'FULL_OBJECT' || type === 'COMPOSITE') && type !== impossible) return type;
  throw new S3Error(
    'InvalidRequest',
    `The ${type} checksum type cannot be used with the ${algorithm} checksum algorithm.`,
  );
}

function partChecksumHeaders(checksum: StoredChecksum | undefined): Record<string, string> {
  const { 'x-amz-checksum-type': _whole, ...headers } = checksumHeaders(checksum);
  return headers;
}
