import { createHash } from 'node:crypto';
import type { Bucket } from './bucket.ts';
import { compositeChecksum, type StoredChecksum, startChecksum } from './checksums.ts';
import { checksumElement, checksumElements, versionHeader } from './describe-object.ts';
import {
  findUpload,
  forgetUpload,
  listUploadedParts,
  type MultipartUpload,
  type UploadedPart,
} from './multipart-uploads.ts';
import { storeObject } from './objects.ts';
import { body } from './receive-content.ts';
import { S3Error } from './s3-error.ts';
import type { S3Operation, S3State } from './s3-operation.ts';
import { readText } from './s3-request.ts';
import { elements, readXml, text, writeXml, type XmlElement } from './s3-xml.ts';

/** S3's smallest part, but for the last. */
const smallestPartBytes = 5 * 1024 * 1024;

/** CompleteMultipartUpload: the parts' files become the object's content as they are. */
export const completeUpload: S3Operation = async (request, state) => {
  const bucket = state.buckets.get(request.bucket);
  const uploadId = request.query.get('uploadId') ?? '';
  findUpload(bucket, uploadId, request.key);
  // S3 reads this document as CompleteMultipartUpload whatever it is called inside.
  const document = readXml(await readText(body(request)), 'CompleteMultipartUpload');
  const upload = findUpload(bucket, uploadId, request.key);
  const parts = chooseParts(elements(document, 'Part'), bucket, upload);
  const checksum = await joinChecksums(state, upload, parts);
  const claimed = checksum && request.header(`x-amz-checksum-${checksum.algorithm.toLowerCase()}`);
  if (claimed !== undefined && checksum && claimed !== checksum.value) {
    throw new S3Error(
      'BadDigest',
      `The ${checksum.algorithm} you specified did not match the calculated checksum.`,
    );
  }
  findUpload(bucket, uploadId, request.key);
  const all = listUploadedParts(bucket, uploadId);
  const segments = parts.map((part) => part.segment);
  const { headers, metadata, tags } = upload;
  const stored = storeObject(state, request, {
    key: upload.key,
    deleteMarker: false,
    eTag: multipartETag(parts),
    sizeBytes: segments.reduce((sum, segment) => sum + segment.sizeBytes, 0),
    segments,
    headers,
    metadata,
    tags,
    uploadId,
    ...(checksum ? { checksum } : {}),
  });
  forgetUpload(bucket, uploadId);
  const kept = new Set(segments.map((segment) => segment.file));
  state.content.remove(all.map((part) => part.segment).filter((segment) => !kept.has(segment.file)));
  return {
    headers: versionHeader(bucket, stored),
    body: writeXml('CompleteMultipartUploadResult', {
      Location: `http://${request.header('host')}${request.rawPath}`,
      Bucket: bucket.name,
      Key: request.key,
      ETag: `"${stored.eTag}"`,
      ...checksumElements(stored.checksum),
    }),
  };
};

function chooseParts(named: XmlElement[], bucket: Bucket, upload: MultipartUpload): UploadedPart[] {
  if (named.length === 0) throw new S3Error('MalformedXML', 'You must specify at least one part');
  const uploaded = new Map(listUploadedParts(bucket, upload.uploadId).map((part) => [part.number, part]));
  const chosen: UploadedPart[] = [];
  for (const element of named) {
    const part = uploaded.get(Number(text(element, 'PartNumber')));
    const checksum = upload.checksumAlgorithm && text(element, checksumElement(upload.checksumAlgorithm));
    if (
      !part ||
      text(element, 'ETag')?.replaceAll('"', '') !== part.eTag ||
      (checksum !== undefined && checksum !== part.checksum)
    ) {
      throw new S3Error('InvalidPart', 'One or more of the specified parts could not be found.', {
        details: { UploadId: upload.uploadId, PartNumber: text(element, 'PartNumber') ?? '' },
      });
    }
    if (part.number <= (chosen.at(-1)?.number ?? 0)) {
      throw new S3Error('InvalidPartOrder', 'The list of parts was not in ascending order.');
    }
    chosen.push(part);
  }
  const small = chosen.slice(0, -1).find((part) => part.segment.sizeBytes < smallestPartBytes);
  if (small) {
    throw new S3Error('EntityTooSmall', 'Your proposed upload is smaller than the minimum allowed size', {
      details: {
        ProposedSize: small.segment.sizeBytes,
        MinSizeAllowed: smallestPartBytes,
        PartNumber: small.number,
      },
    });
  }
  return chosen;
}

async function joinChecksums(
  state: S3State,
  { checksumAlgorithm: algorithm, checksumType }: MultipartUpload,
  parts: readonly UploadedPart[],
): Promise<StoredChecksum | undefined> {
  if (!algorithm) return undefined;
  if (checksumType === 'COMPOSITE') {
    const values = parts.flatMap((part) => part.checksum ?? []);
    if (values.length < parts.length) {
      throw new S3Error(
        'InvalidRequest',
        `The upload was created using a ${algorithm} checksum, which a part lacks.`,
      );
    }
    return compositeChecksum(algorithm, values);
  }
  const running = startChecksum(algorithm);
  for await (const chunk of state.content.read(parts.map((part) => part.segment))) {
    running.update(chunk as Buffer);
  }
  return { algorithm, value: (await running.digest()).toString('base64'), type: 'FULL_OBJECT' };
}

/** The MD5 of the parts' MD5s, and their count. */
function multipartETag(parts: readonly UploadedPart[]): string {
  const hash = createHash('md5');
  for (const part of parts) hash.update(Buffer.from(part.eTag, 'hex'));
  return `${hash.digest('hex')}-${parts.length}`;
}
