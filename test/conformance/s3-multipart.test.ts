import { createHash } from 'node:crypto';
import { Readable } from 'node:stream';
import {
  AbortMultipartUploadCommand,
  CompleteMultipartUploadCommand,
  CopyObjectCommand,
  CreateMultipartUploadCommand,
  GetObjectCommand,
  HeadObjectCommand,
  ListMultipartUploadsCommand,
  ListPartsCommand,
  PutObjectCommand,
  UploadPartCommand,
  UploadPartCopyCommand,
} from '@aws-sdk/client-s3';
import { Upload } from '@aws-sdk/lib-storage';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { openS3UnderTest, type S3UnderTest } from './s3-under-test.ts';

const mebibyte = 1024 * 1024;
const smallest = 5 * mebibyte;

let s3: S3UnderTest;
let Bucket: string;
beforeAll(async () => {
  s3 = await openS3UnderTest();
  Bucket = await s3.createBucket();
});
afterAll(() => s3.close());

const start = async (Key: string, more: object = {}) => {
  const { UploadId } = await s3.client.send(new CreateMultipartUploadCommand({ Bucket, Key, ...more }));
  return { Bucket, Key, UploadId };
};
type Started = Awaited<ReturnType<typeof start>>;
const part = async (upload: Started, PartNumber: number, Body: Buffer) => {
  const { ETag } = await s3.client.send(new UploadPartCommand({ ...upload, PartNumber, Body }));
  return { PartNumber, ETag };
};
const complete = (upload: Started, Parts: object[], more: object = {}) =>
  s3.client.send(new CompleteMultipartUploadCommand({ ...upload, MultipartUpload: { Parts }, ...more }));
const digestOf = async (Key: string) => {
  const { Body } = await s3.client.send(new GetObjectCommand({ Bucket, Key }));
  const hash = createHash('sha256');
  for await (const chunk of Body as Readable) hash.update(chunk);
  return hash.digest('hex');
};
const sha256 = (...content: Buffer[]) => createHash('sha256').update(Buffer.concat(content)).digest('hex');
const isThere = (Key: string) =>
  s3.client.send(new HeadObjectCommand({ Bucket, Key })).then(
    () => true,
    () => false,
  );

test('a stream of 30 MiB of unknown length is stored and read within bounded memory', async () => {
  const hash = createHash('sha256');
  const content = function* () {
    for (let number = 0; number < 30; number += 1) {
      const chunk = Buffer.alloc(mebibyte, number);
      hash.update(chunk);
      yield chunk;
    }
  };
  const before = process.memoryUsage.rss();
  const upload = new Upload({
    client: s3.client,
    params: { Bucket, Key: 'big', Body: Readable.from(content()) },
  });
  const stored = await upload.done();
  expect(stored.ETag).toMatch(/^"[0-9a-f]{32}-6"$/);
  expect(await digestOf('big')).toBe(hash.digest('hex'));
  const head = await s3.client.send(new HeadObjectCommand({ Bucket, Key: 'big', ChecksumMode: 'ENABLED' }));
  expect(head).toMatchObject({
    ContentLength: 30 * mebibyte,
    ChecksumType: 'COMPOSITE',
    VersionId: stored.VersionId,
  });
  expect(process.memoryUsage.rss() - before).toBeLessThan(200 * mebibyte);
});

test('parts that came in any order make the object in the order of their numbers', async () => {
  const upload = await start('parts', { ContentType: 'text/csv', Metadata: { a: '1' } });
  const bodies = [Buffer.alloc(smallest, 'a'), Buffer.alloc(smallest + 1, 'b'), Buffer.from('end')] as const;
  const third = await part(upload, 30, bodies[2]);
  await part(upload, 1, Buffer.from('replaced'));
  const first = await part(upload, 1, bodies[0]);
  const second = await part(upload, 2, bodies[1]);
  const { Parts = [] } = await s3.client.send(new ListPartsCommand(upload));
  expect(Parts.map((one) => [one.PartNumber, one.Size])).toEqual([
    [1, smallest],
    [2, smallest + 1],
    [30, 3],
  ]);
  const { Uploads = [] } = await s3.client.send(new ListMultipartUploadsCommand({ Bucket, Prefix: 'parts' }));
  expect(Uploads.map((one) => one.UploadId)).toEqual([upload.UploadId]);
  expect(await isThere('parts')).toBe(false);
  await complete(upload, [first, second, third]);
  expect(await digestOf('parts')).toBe(sha256(...bodies));
  const Range = `bytes=${smallest - 1}-${2 * smallest + 1}`;
  const ranged = await s3.client.send(new GetObjectCommand({ Bucket, Key: 'parts', Range }));
  expect(await ranged.Body?.transformToString()).toBe(`a${'b'.repeat(smallest + 1)}e`);
  expect(ranged).toMatchObject({ ContentType: 'text/csv', Metadata: { a: '1' } });
});

test('a copy of an object in parts is one object with an MD5 of its own', async () => {
  const content = Buffer.alloc(smallest, 'c');
  const upload = await start('in-parts');
  await complete(upload, [await part(upload, 1, content), await part(upload, 2, Buffer.from('x'))]);
  const copied = await s3.client.send(
    new CopyObjectCommand({ Bucket, Key: 'in-one', CopySource: `${Bucket}/in-parts` }),
  );
  const md5 = createHash('md5').update(content).update('x').digest('hex');
  expect(copied.CopyObjectResult?.ETag).toBe(`"${md5}"`);
  expect(await digestOf('in-one')).toBe(sha256(content, Buffer.from('x')));
});

test('a part is copied out of another object', async () => {
  await s3.client.send(new PutObjectCommand({ Bucket, Key: 'source', Body: '0123456789' }));
  const upload = await start('from-copy');
  const { CopyPartResult } = await s3.client.send(
    new UploadPartCopyCommand({
      ...upload,
      PartNumber: 1,
      CopySource: `${Bucket}/source`,
      CopySourceRange: 'bytes=2-5',
    }),
  );
  await complete(upload, [{ PartNumber: 1, ETag: CopyPartResult?.ETag }]);
  expect(await digestOf('from-copy')).toBe(sha256(Buffer.from('2345')));
});

test('an aborted upload leaves nothing', async () => {
  const upload = await start('aborted');
  const one = await part(upload, 1, Buffer.from('x'));
  await s3.client.send(new AbortMultipartUploadCommand(upload));
  await expect(complete(upload, [one])).rejects.toMatchObject({ name: 'NoSuchUpload' });
  await expect(part(upload, 2, Buffer.from('y'))).rejects.toMatchObject({ name: 'NoSuchUpload' });
  expect(await isThere('aborted')).toBe(false);
});

test('small parts, unknown parts and parts in disorder are refused, and the upload goes on', async () => {
  const upload = await start('refused');
  const small = await part(upload, 1, Buffer.from('small'));
  const last = await part(upload, 2, Buffer.from('last'));
  await expect(complete(upload, [small, last])).rejects.toMatchObject({ name: 'EntityTooSmall' });
  await expect(complete(upload, [{ ...small, ETag: last.ETag }])).rejects.toMatchObject({
    name: 'InvalidPart',
  });
  const large = await part(upload, 1, Buffer.alloc(smallest));
  await expect(complete(upload, [last, large])).rejects.toMatchObject({ name: 'InvalidPartOrder' });
  await complete(upload, [large, last]);
  expect(await isThere('refused')).toBe(true);
});

test('an upload that must be the first is refused at its completion if it is not', async () => {
  const upload = await start('late');
  const one = await part(upload, 1, Buffer.from('late'));
  await s3.client.send(new PutObjectCommand({ Bucket, Key: 'late', Body: 'early' }));
  await expect(complete(upload, [one], { IfNoneMatch: '*' })).rejects.toMatchObject({
    name: 'PreconditionFailed',
  });
  expect(await digestOf('late')).toBe(sha256(Buffer.from('early')));
});

test('the checksum of the whole is joined from its parts or computed, as asked', async () => {
  const upload = await start('whole', { ChecksumAlgorithm: 'CRC64NVME', ChecksumType: 'FULL_OBJECT' });
  const body = Buffer.from('whole content');
  const sent = await s3.client.send(
    new UploadPartCommand({ ...upload, PartNumber: 1, Body: body, ChecksumAlgorithm: 'CRC64NVME' }),
  );
  const stored = await complete(upload, [{ PartNumber: 1, ETag: sent.ETag }]);
  expect(stored).toMatchObject({ ChecksumCRC64NVME: sent.ChecksumCRC64NVME, ChecksumType: 'FULL_OBJECT' });
});
