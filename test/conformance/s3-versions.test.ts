import {
  CopyObjectCommand,
  DeleteObjectCommand,
  DeleteObjectsCommand,
  GetBucketVersioningCommand,
  GetObjectCommand,
  HeadObjectCommand,
  ListObjectsV2Command,
  ListObjectVersionsCommand,
  PutBucketVersioningCommand,
  PutObjectCommand,
} from '@aws-sdk/client-s3';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { openS3UnderTest, type S3UnderTest } from './s3-under-test.ts';

let s3: S3UnderTest;
let Bucket: string;
beforeAll(async () => {
  s3 = await openS3UnderTest();
  Bucket = await s3.createBucket();
});
afterAll(() => s3.close());

const put = async (Key: string, Body: string, more: object = {}) => {
  const { ETag = '', VersionId = '' } = await s3.client.send(
    new PutObjectCommand({ Bucket, Key, Body, ...more }),
  );
  return { ETag, VersionId };
};
const read = async (Key: string, VersionId?: string) => {
  const { Body } = await s3.client.send(new GetObjectCommand({ Bucket, Key, VersionId }));
  return Body?.transformToString();
};
const versions = async (Prefix: string) => {
  const { Versions = [], DeleteMarkers = [] } = await s3.client.send(
    new ListObjectVersionsCommand({ Bucket, Prefix }),
  );
  return { versions: Versions, markers: DeleteMarkers };
};

test('every version can be read, and the newest is the object', async () => {
  const first = await put('v', 'first');
  const second = await put('v', 'second');
  expect(first.VersionId).not.toBe(second.VersionId);
  expect(await read('v')).toBe('second');
  expect(await read('v', first.VersionId)).toBe('first');
  const listed = (await versions('v')).versions.map((one) => [one.VersionId, one.IsLatest]);
  expect(listed).toEqual([
    [second.VersionId, true],
    [first.VersionId, false],
  ]);
});

test('a delete hides the object behind a marker; deleting the marker shows it again', async () => {
  await put('hidden', 'content');
  const marker = await s3.client.send(new DeleteObjectCommand({ Bucket, Key: 'hidden' }));
  expect(marker.DeleteMarker).toBe(true);
  await expect(read('hidden')).rejects.toMatchObject({ name: 'NoSuchKey' });
  await expect(read('hidden', marker.VersionId)).rejects.toMatchObject({ name: 'MethodNotAllowed' });
  const head = new HeadObjectCommand({ Bucket, Key: 'hidden' });
  await expect(s3.client.send(head)).rejects.toMatchObject({ name: 'NotFound' });
  const { Contents = [] } = await s3.client.send(new ListObjectsV2Command({ Bucket, Prefix: 'hidden' }));
  expect(Contents).toEqual([]);
  expect((await versions('hidden')).markers).toMatchObject([{ VersionId: marker.VersionId, IsLatest: true }]);
  await s3.client.send(new DeleteObjectCommand({ Bucket, Key: 'hidden', VersionId: marker.VersionId }));
  expect(await read('hidden')).toBe('content');
});

test('deleting a version is for good and uncovers the one before', async () => {
  await put('undone', 'before');
  const { VersionId } = await put('undone', 'mistake');
  const gone = await s3.client.send(new DeleteObjectCommand({ Bucket, Key: 'undone', VersionId }));
  expect(gone.VersionId).toBe(VersionId);
  expect(await read('undone')).toBe('before');
  await expect(read('undone', VersionId)).rejects.toMatchObject({ name: 'NoSuchVersion' });
});

test('deleting what is gone already is no error', async () => {
  const { VersionId } = await put('twice', 'x');
  const command = new DeleteObjectCommand({ Bucket, Key: 'twice', VersionId });
  await s3.client.send(command);
  await s3.client.send(command);
  expect((await versions('twice')).versions).toEqual([]);
});

test('a version id that no version could have is InvalidArgument', async () => {
  await put('odd', 'x');
  await expect(read('odd', 'd41d8cd98f00')).rejects.toMatchObject({ name: 'InvalidArgument' });
});

test('many keys and versions are deleted at once, each with its outcome', async () => {
  const { VersionId } = await put('batch/a', '1');
  await put('batch/b', '2');
  const answer = await s3.client.send(
    new DeleteObjectsCommand({
      Bucket,
      Delete: { Objects: [{ Key: 'batch/a', VersionId }, { Key: 'batch/b' }, { Key: 'batch/never' }] },
    }),
  );
  const outcomes = (answer.Deleted ?? []).map((one) => [one.Key, one.DeleteMarker ?? false]);
  expect(outcomes.sort()).toEqual([
    ['batch/a', false],
    ['batch/b', true],
    ['batch/never', true],
  ]);
  expect(answer.Errors).toBeUndefined();
});

test('a copy takes the version that is named, only while it has the eTag', async () => {
  const scanned = await put('scanned', 'clean', { Metadata: { a: '1' }, ContentType: 'text/csv' });
  await put('scanned', 'changed afterwards');
  const CopySource = `${Bucket}/scanned?versionId=${scanned.VersionId}`;
  const copied = await s3.client.send(
    new CopyObjectCommand({ Bucket, Key: 'clean', CopySource, CopySourceIfMatch: scanned.ETag }),
  );
  expect(copied.CopySourceVersionId).toBe(scanned.VersionId);
  expect(copied.CopyObjectResult?.ETag).toBe(scanned.ETag);
  const clean = await s3.client.send(new GetObjectCommand({ Bucket, Key: 'clean' }));
  expect(await clean.Body?.transformToString()).toBe('clean');
  expect(clean).toMatchObject({ ContentType: 'text/csv', Metadata: { a: '1' }, VersionId: copied.VersionId });
  await expect(
    s3.client.send(
      new CopyObjectCommand({ Bucket, Key: 'clean-2', CopySource, CopySourceIfMatch: '"another"' }),
    ),
  ).rejects.toMatchObject({ name: 'PreconditionFailed' });
  await expect(read('clean-2')).rejects.toMatchObject({ name: 'NoSuchKey' });
});

test('a copy outlives its source', async () => {
  const { VersionId } = await put('short-lived', 'content');
  await s3.client.send(new CopyObjectCommand({ Bucket, Key: 'heir', CopySource: `${Bucket}/short-lived` }));
  await s3.client.send(new DeleteObjectCommand({ Bucket, Key: 'short-lived', VersionId }));
  expect(await read('heir')).toBe('content');
});

test('a copy of what is not there names what is missing', async () => {
  const { VersionId } = await put('gone', 'x');
  await s3.client.send(new DeleteObjectCommand({ Bucket, Key: 'gone', VersionId }));
  const copy = (CopySource: string) =>
    s3.client.send(new CopyObjectCommand({ Bucket, Key: 'nothing', CopySource }));
  await expect(copy(`${Bucket}/gone`)).rejects.toMatchObject({ name: 'NoSuchKey' });
  await expect(copy(`${Bucket}/gone?versionId=${VersionId}`)).rejects.toMatchObject({
    name: 'NoSuchVersion',
  });
});

test('a copy with REPLACE takes the description of the request', async () => {
  await put('described', 'x', { Metadata: { old: '1' }, ContentType: 'text/csv', Tagging: 'k=v' });
  const copy = (Key: string, more: object) =>
    s3.client.send(new CopyObjectCommand({ Bucket, Key, CopySource: `${Bucket}/described`, ...more }));
  await copy('replaced', {
    MetadataDirective: 'REPLACE',
    Metadata: { new: '2' },
    ContentType: 'text/plain',
    TaggingDirective: 'REPLACE',
  });
  await copy('kept', {});
  const replaced = await s3.client.send(new HeadObjectCommand({ Bucket, Key: 'replaced' }));
  expect(replaced).toMatchObject({ Metadata: { new: '2' }, ContentType: 'text/plain' });
  expect(replaced.Metadata).not.toHaveProperty('old');
  const kept = await s3.client.send(new GetObjectCommand({ Bucket, Key: 'kept' }));
  expect(kept).toMatchObject({ Metadata: { old: '1' }, ContentType: 'text/csv', TagCount: 1 });
});

test('a bucket without versions overwrites and deletes for good', async () => {
  const plain = await s3.createBucket({ versioned: false });
  const status = await s3.client.send(new GetBucketVersioningCommand({ Bucket: plain }));
  expect(status.Status).toBeUndefined();
  await s3.client.send(new PutObjectCommand({ Bucket: plain, Key: 'a', Body: '1' }));
  const second = await s3.client.send(new PutObjectCommand({ Bucket: plain, Key: 'a', Body: '2' }));
  expect(second.VersionId).toBeUndefined();
  const listed = await s3.client.send(new ListObjectVersionsCommand({ Bucket: plain }));
  expect(listed.Versions).toMatchObject([{ Key: 'a', VersionId: 'null', IsLatest: true }]);
  await s3.client.send(new DeleteObjectCommand({ Bucket: plain, Key: 'a' }));
  const after = await s3.client.send(new ListObjectVersionsCommand({ Bucket: plain }));
  expect([after.Versions, after.DeleteMarkers]).toEqual([undefined, undefined]);
});

test('suspended versioning keeps old versions and overwrites its own', async () => {
  const bucket = await s3.createBucket();
  const putIn = (Body: string) => s3.client.send(new PutObjectCommand({ Bucket: bucket, Key: 'a', Body }));
  const kept = await putIn('kept');
  await s3.client.send(
    new PutBucketVersioningCommand({ Bucket: bucket, VersioningConfiguration: { Status: 'Suspended' } }),
  );
  await putIn('overwritten');
  await putIn('current');
  const { Versions = [] } = await s3.client.send(new ListObjectVersionsCommand({ Bucket: bucket }));
  expect(Versions.map((one) => one.VersionId)).toEqual(['null', kept.VersionId]);
  const current = await s3.client.send(new GetObjectCommand({ Bucket: bucket, Key: 'a', VersionId: 'null' }));
  expect(await current.Body?.transformToString()).toBe('current');
});
