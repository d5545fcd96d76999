import { randomUUID } from 'node:crypto';
import { GetObjectCommand, PutObjectCommand, type S3Client } from '@aws-sdk/client-s3';
import type { ClaimCheckStore } from '../messages/claim-check.ts';
import { UnreadableMessage } from '../messages/envelope.ts';
import { readS3Reference } from '../tasks/names.ts';

/**
 * Keeps data that is too large for a message in S3. References read `s3://bucket/key?versionId=…`; one to any other
 * bucket is refused, so that a message cannot make a worker read what its sender may not. Content over
 * `maximumBytes` (default 64 MiB) is refused by both ends, since it is held in memory. What is put goes into `folder`
 * (default `claim-checks`): a role's rights may be limited to one.
 */
export function createS3ClaimChecks({
  s3,
  bucket,
  folder = 'claim-checks',
  maximumBytes = 64 * 1024 * 1024,
}: {
  s3: S3Client;
  bucket: string;
  folder?: 'claim-checks' | 'replies';
  maximumBytes?: number;
}): ClaimCheckStore {
  return {
    put: async (content) => {
      const sizeBytes = Buffer.byteLength(content);
      if (sizeBytes > maximumBytes) {
        throw new RangeError(
          `The data has ${sizeBytes} bytes, more than the ${maximumBytes} of a claim check: upload a file and send its name`,
        );
      }
      const key = `${folder}/${randomUUID()}`;
      const { VersionId } = await s3.send(
        new PutObjectCommand({ Bucket: bucket, Key: key, Body: content, ContentType: 'application/json' }),
      );
      return `s3://${bucket}/${key}${VersionId === undefined ? '' : `?versionId=${encodeURIComponent(VersionId)}`}`;
    },

    get: async (reference) => {
      const object = readReference(reference, bucket);
      const found = await s3.send(new GetObjectCommand(object)).catch((error: unknown) => {
        if (!isNotThere(error)) throw error;
        throw new UnreadableMessage(`nothing lies at ${reference} (${(error as Error).name})`);
      });
      const sizeBytes = found.ContentLength ?? 0;
      if (sizeBytes <= maximumBytes) return (await found.Body?.transformToString('utf8')) ?? '';
      if (found.Body && 'destroy' in found.Body) found.Body.destroy();
      throw new UnreadableMessage(
        `${reference} has ${sizeBytes} bytes, more than the ${maximumBytes} of a claim check`,
      );
    },
  };
}

function readReference(reference: string, bucket: string) {
  const object = readS3Reference(reference);
  if (object === undefined) {
    throw new UnreadableMessage(
      `dataref ${JSON.stringify(reference)} is not s3://${bucket}/KEY?versionId=ID, percent-encoded as a URL is`,
    );
  }
  if (object.bucket !== bucket) {
    throw new UnreadableMessage(`dataref ${JSON.stringify(reference)} is not in the bucket ${bucket}`);
  }
  return { Bucket: bucket, Key: object.key, VersionId: object.versionId };
}

/** No such object or version, a delete marker, or no version id at all; a missing bucket is no message's fault. */
function isNotThere(error: unknown): boolean {
  const { name } = error as Error;
  return ['NoSuchKey', 'NoSuchVersion', 'MethodNotAllowed', 'InvalidArgument', 'KeyTooLongError'].includes(
    name,
  );
}
