import {
  DeleteObjectsCommand,
  ListObjectVersionsCommand,
  type ObjectVersion,
  S3Client,
} from '@aws-sdk/client-s3';
import { mockClient } from 'aws-sdk-client-mock';
import { expect, test } from 'vitest';
import { deleteAllVersions } from './delete-all-versions.ts';

const file = { bucket: 'quarantine', key: 'k' };
const version = (Key: string, number: number): ObjectVersion => ({ Key, VersionId: `${Key}-${number}` });

test('over a thousand versions go in batches, and the list is read no further than the key', async () => {
  const s3 = mockClient(S3Client);
  const first = Array.from({ length: 1000 }, (_, number) => version('k', number));
  s3.on(ListObjectVersionsCommand).resolves({
    IsTruncated: true,
    NextKeyMarker: 'k',
    NextVersionIdMarker: 'k-999',
    Versions: first,
  });
  s3.on(ListObjectVersionsCommand, { VersionIdMarker: 'k-999' }).resolves({
    IsTruncated: true,
    NextKeyMarker: 'k2',
    Versions: [version('k2', 1)],
    DeleteMarkers: [{ Key: 'k', VersionId: 'marker' }],
  });
  s3.on(DeleteObjectsCommand).resolves({});
  expect(await deleteAllVersions(new S3Client({}), file)).toBe(1001);
  const deleted = s3
    .commandCalls(DeleteObjectsCommand)
    .map((call) => call.args[0].input.Delete?.Objects?.length);
  expect(deleted).toEqual([1000, 1]);
  expect(s3.commandCalls(ListObjectVersionsCommand)).toHaveLength(2);
  s3.restore();
});

test('a version that S3 refuses to delete is named', async () => {
  const s3 = mockClient(S3Client);
  s3.on(ListObjectVersionsCommand).resolves({ Versions: [version('k', 1)] });
  s3.on(DeleteObjectsCommand).resolves({
    Errors: [{ Key: 'k', VersionId: 'k-1', Code: 'AccessDenied', Message: 'Access Denied' }],
  });
  await expect(deleteAllVersions(new S3Client({}), file)).rejects.toThrow(/k-1: AccessDenied/);
  s3.restore();
});
