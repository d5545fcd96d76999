import { createHash, randomBytes } from 'node:crypto';
import { mkdtempSync, readdirSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { PassThrough, Readable } from 'node:stream';
import { buffer, text } from 'node:stream/consumers';
import {
  DeleteObjectCommand,
  GetObjectCommand,
  GetObjectTaggingCommand,
  ListMultipartUploadsCommand,
  ListObjectVersionsCommand,
  PutObjectCommand,
  S3Client,
} from '@aws-sdk/client-s3';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { localCredentials, localRegion } from '../../local/local-service.ts';
import { serveS3 } from '../../local/s3/serve-s3.ts';
import { createFiles } from './create-files.ts';
import { FileChanged, FileNotFound, type Files } from './files.ts';

const bucket = 'quarantine';
const folder = mkdtempSync(join(tmpdir(), 'files-'));
let served: Awaited<ReturnType<typeof serveS3>>;
let s3: S3Client;
let files: Files;
beforeAll(async () => {
  served = await serveS3(folder);
  s3 = new S3Client({ endpoint: served.endpoint, region: localRegion, credentials: localCredentials });
  files = createFiles(s3);
  await served.s3.createBucket(bucket, { versioned: true });
  await served.s3.createBucket('clean', { versioned: true });
});
afterAll(async () => {
  s3.destroy();
  await served.close();
  rmSync(folder, { recursive: true, force: true });
});

const put = async (key: string, content: string) => {
  const { VersionId = '', ETag = '' } = await s3.send(
    new PutObjectCommand({
      Bucket: bucket,
      Key: key,
      Body: content,
      Metadata: { a: '1' },
      ContentType: 'text/csv',
    }),
  );
  return { bucket, key, versionId: VersionId, eTag: ETag.replaceAll('"', '') };
};
const versions = async (key: string) => {
  const listed = await s3.send(new ListObjectVersionsCommand({ Bucket: bucket, Prefix: key }));
  return (listed.Versions ?? []).length + (listed.DeleteMarkers ?? []).length;
};
const target = (key: string) => ({ bucket, key, contentType: 'text/csv' });

describe('head', () => {
  test('tells what S3 knows of the newest version or of the one named', async () => {
    const old = await put('facts', 'old');
    const current = await put('facts', 'newer');
    expect(await files.head({ bucket, key: 'facts' })).toEqual({
      versionId: current.versionId,
      eTag: current.eTag,
      sizeBytes: 5,
      contentType: 'text/csv',
      metadata: { a: '1' },
    });
    expect(await files.head(old)).toMatchObject({ versionId: old.versionId, sizeBytes: 3 });
  });

  test('knows nothing of an object, a version or a bucket that is not there, or of a delete marker', async () => {
    const { versionId } = await put('deleted', 'x');
    const marker = await s3.send(new DeleteObjectCommand({ Bucket: bucket, Key: 'deleted' }));
    for (const file of [
      { bucket, key: 'never' },
      { bucket: 'nowhere', key: 'a' },
      { bucket, key: 'deleted' },
      { bucket, key: 'deleted', versionId: marker.VersionId ?? '' },
      { bucket, key: 'other', versionId },
      { bucket, key: 'deleted', versionId: 'd41d8cd98f00' },
    ]) {
      expect(await files.head(file)).toBeUndefined();
    }
    expect(await files.head({ bucket, key: 'deleted', versionId })).toBeDefined();
  });
});

describe('read', () => {
  test('streams the version that is named', async () => {
    const old = await put('read', 'old');
    await put('read', 'new');
    expect(await text(await files.read(old))).toBe('old');
    expect(await text(await files.read({ bucket, key: 'read' }))).toBe('new');
  });

  test('streams a part', async () => {
    const file = await put('part', '0123456789');
    expect(await text(await files.readPart(file, { start: 2, end: 5 }))).toBe('234');
    expect(await text(await files.readPart(file, { start: 9, end: 10 }))).toBe('9');
    await expect(files.readPart({ bucket, key: 'missing' }, { start: 0, end: 1 })).rejects.toThrow(
      FileNotFound,
    );
  });

  test('throws FileNotFound that names what is missing', async () => {
    await expect(files.read({ bucket, key: 'missing' })).rejects.toThrow(FileNotFound);
    await expect(files.read({ bucket, key: 'read', versionId: 'nonsense' })).rejects.toThrow(
      's3://quarantine/read in version nonsense',
    );
  });

  test('ends with an error when the signal is aborted', async () => {
    await files.write(target('long'), Readable.from([randomBytes(8_000_000)]));
    const abort = new AbortController();
    const stream = await files.read({ bucket, key: 'long' }, abort.signal);
    await new Promise((resolve) => stream.once('readable', resolve));
    abort.abort();
    await expect(buffer(stream)).rejects.toMatchObject({ name: 'AbortError' });
    await expect(files.read({ bucket, key: 'long' }, abort.signal)).rejects.toMatchObject({
      name: 'AbortError',
    });
  });
});

describe('write', () => {
  test.each([0, 1, 6_000_000])('stores %i bytes of unknown length', async (length) => {
    const content = randomBytes(length);
    const stored = await files.write(
      { ...target('written'), metadata: { run: 'r' } },
      Readable.from([content.subarray(0, 7), content.subarray(7)]),
    );
    expect(stored.sizeBytes).toBe(length);
    const facts = await files.head({ bucket, key: 'written' });
    expect(facts).toMatchObject({
      versionId: stored.versionId,
      contentType: 'text/csv',
      metadata: { run: 'r' },
    });
    const hash = (bytes: Buffer) => createHash('sha256').update(bytes).digest('hex');
    expect(hash(await buffer(await files.read({ bucket, key: 'written' })))).toBe(hash(content));
  });

  test('counts the bytes of text', async () => {
    expect((await files.write(target('text'), Readable.from(['é', 'a']))).sizeBytes).toBe(3);
  });

  test.each([10, 12_000_000])('stores nothing if the content fails after %i bytes', async (length) => {
    const content = Readable.from(
      (function* () {
        yield Buffer.alloc(length);
        throw new Error('the query failed');
      })(),
    );
    await expect(files.write(target('failed'), content)).rejects.toThrow('the query failed');
    expect(await files.head({ bucket, key: 'failed' })).toBeUndefined();
    expect((await s3.send(new ListMultipartUploadsCommand({ Bucket: bucket }))).Uploads).toBeUndefined();
  });

  test('stores nothing if it is aborted, before or on the way', async () => {
    const abort = new AbortController();
    const content = new PassThrough();
    const writing = files.write(target('aborted'), content, abort.signal);
    content.write(Buffer.alloc(6_000_000));
    await expect
      .poll(async () => (await s3.send(new ListMultipartUploadsCommand({ Bucket: bucket }))).Uploads)
      .toHaveLength(1);
    abort.abort();
    await expect(writing).rejects.toMatchObject({ name: 'AbortError' });
    await expect(files.write(target('aborted'), Readable.from(['x']), abort.signal)).rejects.toMatchObject({
      name: 'AbortError',
    });
    expect(await files.head({ bucket, key: 'aborted' })).toBeUndefined();
    expect((await s3.send(new ListMultipartUploadsCommand({ Bucket: bucket }))).Uploads).toBeUndefined();
  });
});

describe('a failure of S3', () => {
  test('ends the content, so that its source is not left waiting', async () => {
    const content = Readable.from(
      (function* () {
        for (;;) yield Buffer.alloc(1_000_000);
      })(),
    );
    await expect(files.write({ ...target('x'), bucket: 'nowhere' }, content)).rejects.toMatchObject({
      name: 'NoSuchBucket',
    });
    expect(content.destroyed).toBe(true);
  });

  test('of a stream that nobody reads any longer harms nobody', async () => {
    const abort = new AbortController();
    const stream = await files.read({ bucket, key: 'long' }, abort.signal);
    abort.abort();
    await expect.poll(() => stream.errored).toMatchObject({ name: 'AbortError' });
  });
});

describe('copy', () => {
  test('copies the version with its description and without its tags', async () => {
    const scanned = await put('ä b+c?.csv', 'scanned');
    await put('ä b+c?.csv', 'changed afterwards');
    const copied = await files.copy(scanned, { bucket: 'clean', key: 'ä b+c?.csv' });
    const found = await s3.send(new GetObjectCommand({ Bucket: 'clean', Key: 'ä b+c?.csv' }));
    expect(await found.Body?.transformToString()).toBe('scanned');
    expect(found).toMatchObject({
      VersionId: copied.versionId,
      Metadata: { a: '1' },
      ContentType: 'text/csv',
    });
    const tags = await s3.send(new GetObjectTaggingCommand({ Bucket: 'clean', Key: 'ä b+c?.csv' }));
    expect(tags.TagSet).toEqual([]);
  });

  test('copies nothing whose eTag is another, or that is not there', async () => {
    const file = await put('changed', 'x');
    const to = { bucket: 'clean', key: 'changed' };
    await expect(files.copy({ ...file, eTag: '0'.repeat(32) }, to)).rejects.toThrow(FileChanged);
    await files.deleteVersion(file);
    await expect(files.copy(file, to)).rejects.toThrow(FileNotFound);
    await expect(files.copy({ ...file, versionId: 'nonsense' }, to)).rejects.toThrow(FileNotFound);
    expect(await files.head(to)).toBeUndefined();
  });
});

describe('delete', () => {
  test('deletes one version for good, also twice', async () => {
    const old = await put('two', 'old');
    await put('two', 'new');
    await files.deleteVersion(old);
    await files.deleteVersion(old);
    expect(await versions('two')).toBe(1);
    expect(await text(await files.read({ bucket, key: 'two' }))).toBe('new');
  });

  test('deletes all versions and markers of the key and no other', async () => {
    await put('all', '1');
    await put('all', '2');
    await s3.send(new DeleteObjectCommand({ Bucket: bucket, Key: 'all' }));
    await put('all', '3');
    await put('all-the-rest', 'stays');
    expect(await files.deleteAllVersions({ bucket, key: 'all' })).toBe(4);
    expect(await files.deleteAllVersions({ bucket, key: 'all' })).toBe(0);
    expect(await versions('all')).toBe(1);
  });

  test('leaves no content on the disk', async () => {
    const before = readdirSync(join(folder, 'content')).length;
    const file = await put('gone', 'x');
    await files.deleteVersion(file);
    await expect.poll(() => readdirSync(join(folder, 'content')).length).toBe(before);
  });
});
