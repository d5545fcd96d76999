import { createHash } from 'node:crypto';
import { Readable } from 'node:stream';
import {
  CopyObjectCommand,
  DeleteObjectTaggingCommand,
  GetBucketLocationCommand,
  GetObjectCommand,
  GetObjectTaggingCommand,
  HeadBucketCommand,
  HeadObjectCommand,
  ListBucketsCommand,
  ListObjectVersionsCommand,
  PutObjectCommand,
  PutObjectTaggingCommand,
} from '@aws-sdk/client-s3';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { openS3UnderTest, type S3UnderTest } from './s3-under-test.ts';

let s3: S3UnderTest;
let Bucket: string;
beforeAll(async () => {
  s3 = await openS3UnderTest();
  Bucket = await s3.createBucket();
});
afterAll(() => s3.close());

const put = (Key: string, Body: string | Buffer | Readable, more: object = {}) =>
  s3.client.send(new PutObjectCommand({ Bucket, Key, Body, ...more }));
const read = async (Key: string, more: object = {}) => {
  const answer = await s3.client.send(new GetObjectCommand({ Bucket, Key, ...more }));
  return { ...answer, text: await answer.Body?.transformToString() };
};
const md5 = (content: string | Buffer) => createHash('md5').update(content).digest('hex');

describe('buckets', () => {
  test('a bucket is listed, found and placed in its region', async () => {
    const { Buckets = [] } = await s3.client.send(new ListBucketsCommand({}));
    expect(Buckets.map((bucket) => bucket.Name)).toContain(Bucket);
    await s3.client.send(new HeadBucketCommand({ Bucket }));
    const { LocationConstraint } = await s3.client.send(new GetBucketLocationCommand({ Bucket }));
    expect(LocationConstraint).toBe(await s3.client.config.region());
  });

  test('an unknown bucket is NoSuchBucket, or 404 to a HEAD', async () => {
    const unknown = { Bucket: `${Bucket}-no` };
    await expect(s3.client.send(new GetObjectCommand({ ...unknown, Key: 'a' }))).rejects.toMatchObject({
      name: 'NoSuchBucket',
    });
    await expect(s3.client.send(new HeadBucketCommand(unknown))).rejects.toMatchObject({
      $metadata: { httpStatusCode: 404 },
    });
  });
});

describe('objects', () => {
  test('an object comes back with content, type, metadata, eTag, version and checksum', async () => {
    const stored = await put('plain.csv', 'a,b\n1,2\n', {
      ContentType: 'text/csv',
      Metadata: { 'slackwater-task': 'property-upload', 'slackwater-input': '{"a":"\\u00e9"}' },
      CacheControl: 'no-store',
    });
    expect(stored.ETag).toBe(`"${md5('a,b\n1,2\n')}"`);
    expect(stored.ChecksumCRC32).toBeDefined();
    const found = await read('plain.csv');
    expect(found.text).toBe('a,b\n1,2\n');
    expect(found).toMatchObject({
      ContentType: 'text/csv',
      CacheControl: 'no-store',
      ContentLength: 8,
      ETag: stored.ETag,
      VersionId: stored.VersionId,
      ChecksumCRC32: stored.ChecksumCRC32,
      Metadata: { 'slackwater-task': 'property-upload', 'slackwater-input': '{"a":"\\u00e9"}' },
    });
    const head = await s3.client.send(new HeadObjectCommand({ Bucket, Key: 'plain.csv' }));
    expect(head).toMatchObject({ ContentLength: 8, ETag: stored.ETag, ContentType: 'text/csv' });
  });

  test.each(['a b+c%20d', 'ünï/çødé 😀.csv', 'a//b/../c/./d', 'q\'uo"te&<x>*!()', 'line\nbreak'])(
    'the key %j is kept as it is',
    async (key) => {
      await put(key, key);
      expect((await read(key)).text).toBe(key);
      const source = `${Bucket}/${encodeURIComponent(key)}`;
      await s3.client.send(new CopyObjectCommand({ Bucket, Key: `copy of ${key}`, CopySource: source }));
      expect((await read(`copy of ${key}`)).text).toBe(key);
    },
  );

  test('an empty object is an object', async () => {
    await put('empty', '');
    const found = await read('empty');
    expect([found.text, found.ContentLength, found.ETag]).toEqual(['', 0, `"${md5('')}"`]);
  });

  test('a streamed body is stored without its framing', async () => {
    const content = Buffer.alloc(3_000_000, 'stream ');
    const pieces = [content.subarray(0, 10), content.subarray(10, 1_500_000), content.subarray(1_500_000)];
    const stored = await put('streamed', Readable.from(pieces), { ContentLength: content.length });
    expect(stored.ETag).toBe(`"${md5(content)}"`);
    const found = await s3.client.send(new GetObjectCommand({ Bucket, Key: 'streamed' }));
    expect(Buffer.from((await found.Body?.transformToByteArray()) ?? []).equals(content)).toBe(true);
    expect(found.ContentEncoding).toBeUndefined();
  });

  test('a wrong checksum or MD5 is BadDigest and leaves nothing', async () => {
    for (const wrong of [
      { ChecksumCRC32: 'AAAAAA==' },
      { ContentMD5: Buffer.alloc(16).toString('base64') },
    ]) {
      await expect(put('damaged', 'content', wrong)).rejects.toMatchObject({ name: 'BadDigest' });
    }
    await expect(read('damaged')).rejects.toMatchObject({ name: 'NoSuchKey' });
  });

  test.each(['CRC32', 'CRC32C', 'CRC64NVME', 'SHA1', 'SHA256'] as const)(
    '%s is checked and told',
    async (name) => {
      await put(`checksum-${name}`, 'checked', { ChecksumAlgorithm: name });
      const found = await read(`checksum-${name}`, { ChecksumMode: 'ENABLED' });
      expect(found[`Checksum${name}`]).toBeDefined();
      expect(found.text).toBe('checked');
    },
  );

  test('a range is answered with 206 and its bytes, an impossible one with InvalidRange', async () => {
    await put('ranged', '0123456789');
    const bytes = async (Range: string) => {
      const found = await read('ranged', { Range });
      return [found.text, found.ContentRange];
    };
    expect(await bytes('bytes=2-4')).toEqual(['234', 'bytes 2-4/10']);
    expect(await bytes('bytes=7-')).toEqual(['789', 'bytes 7-9/10']);
    expect(await bytes('bytes=-3')).toEqual(['789', 'bytes 7-9/10']);
    expect(await bytes('bytes=8-99')).toEqual(['89', 'bytes 8-9/10']);
    await expect(read('ranged', { Range: 'bytes=10-' })).rejects.toMatchObject({ name: 'InvalidRange' });
  });

  test('a read that names an eTag fails with 412 for another content, and with 304 for the same', async () => {
    const { ETag } = await put('conditional', 'one');
    expect((await read('conditional', { IfMatch: ETag })).text).toBe('one');
    await expect(read('conditional', { IfMatch: '"other"' })).rejects.toMatchObject({
      $metadata: { httpStatusCode: 412 },
    });
    await expect(read('conditional', { IfNoneMatch: ETag })).rejects.toMatchObject({
      $metadata: { httpStatusCode: 304 },
    });
  });

  test('of several creations that must be the first only one wins', async () => {
    const all = await Promise.allSettled([1, 2, 3, 4].map((n) => put('once', `${n}`, { IfNoneMatch: '*' })));
    const refused = all.flatMap((one) => (one.status === 'rejected' ? [one.reason as Error] : []));
    expect(refused).toHaveLength(3);
    // AWS answers some of those that are at it in the same moment with 409.
    for (const { name } of refused)
      expect(['PreconditionFailed', 'ConditionalRequestConflict']).toContain(name);
    const { ETag } = await read('once');
    await expect(put('once', 'next', { IfMatch: '"other"' })).rejects.toMatchObject({
      name: 'PreconditionFailed',
    });
    await put('once', 'next', { IfMatch: ETag });
    expect((await read('once')).text).toBe('next');
  });

  test('a reader can ask for other headers', async () => {
    await put('renamed', 'x', { ContentType: 'text/csv' });
    const found = await read('renamed', {
      ResponseContentDisposition: 'attachment; filename="report.csv"',
      ResponseContentType: 'text/plain',
    });
    expect([found.ContentDisposition, found.ContentType]).toEqual([
      'attachment; filename="report.csv"',
      'text/plain',
    ]);
  });

  test('user metadata over 2 KB is refused', async () => {
    await expect(put('heavy', 'x', { Metadata: { a: 'b'.repeat(2100) } })).rejects.toMatchObject({
      name: 'MetadataTooLarge',
    });
  });

  test('a key over 1024 bytes is refused', async () => {
    await expect(put('é'.repeat(513), 'x')).rejects.toMatchObject({ name: 'KeyTooLongError' });
  });
});

describe('tags', () => {
  test('tagging changes neither content nor metadata and makes no version', async () => {
    const stored = await put('tagged', 'content', { Metadata: { a: '1' } });
    const tag = { Key: 'GuardDutyMalwareScanStatus', Value: 'NO_THREATS_FOUND' };
    await s3.client.send(new PutObjectTaggingCommand({ Bucket, Key: 'tagged', Tagging: { TagSet: [tag] } }));
    const found = await read('tagged');
    expect(found).toMatchObject({
      text: 'content',
      VersionId: stored.VersionId,
      ETag: stored.ETag,
      TagCount: 1,
    });
    expect(found.Metadata).toEqual({ a: '1' });
    const { Versions } = await s3.client.send(new ListObjectVersionsCommand({ Bucket, Prefix: 'tagged' }));
    expect(Versions).toHaveLength(1);
    const tags = await s3.client.send(new GetObjectTaggingCommand({ Bucket, Key: 'tagged' }));
    expect(tags.TagSet).toEqual([tag]);
    await s3.client.send(new DeleteObjectTaggingCommand({ Bucket, Key: 'tagged' }));
    expect((await s3.client.send(new GetObjectTaggingCommand({ Bucket, Key: 'tagged' }))).TagSet).toEqual([]);
  });

  test('a version can be tagged by its id', async () => {
    const { VersionId } = await put('versions-tagged', 'old');
    await put('versions-tagged', 'new');
    const TagSet = [{ Key: 'k', Value: 'é &' }];
    const old = { Bucket, Key: 'versions-tagged', VersionId };
    await s3.client.send(new PutObjectTaggingCommand({ ...old, Tagging: { TagSet } }));
    expect((await s3.client.send(new GetObjectTaggingCommand(old))).TagSet).toEqual(TagSet);
    const current = await s3.client.send(new GetObjectTaggingCommand({ Bucket, Key: 'versions-tagged' }));
    expect(current.TagSet).toEqual([]);
  });
});
