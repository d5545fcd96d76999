import { GetObjectTaggingCommand, PutObjectCommand, PutObjectTaggingCommand } from '@aws-sdk/client-s3';
import { afterAll, beforeAll, expect, it, vi } from 'vitest';
import { openS3UnderTest, type S3UnderTest } from '../../test/conformance/s3-under-test.ts';
import { findUnscanned } from './find-unscanned.ts';

let s3: S3UnderTest;
beforeAll(async () => {
  s3 = await openS3UnderTest();
});
afterAll(() => s3.close());

const put = (bucket: string, key: string) =>
  s3.client.send(new PutObjectCommand({ Bucket: bucket, Key: key, Body: 'a,b\n' }));
const scanned = (bucket: string, key: string) =>
  s3.client.send(
    new PutObjectTaggingCommand({
      Bucket: bucket,
      Key: key,
      Tagging: { TagSet: [{ Key: 'GuardDutyMalwareScanStatus', Value: 'UNSUPPORTED' }] },
    }),
  );
const inAnHour = () => new Date(Date.now() + 3_600_000);

it('finds the uploads that were never scanned, and no other', async () => {
  const bucket = await s3.createBucket();
  for (const key of ['lost', 'refused', 'malware-protection-resource-validation-object'])
    await put(bucket, key);
  await scanned(bucket, 'refused');
  expect(await findUnscanned(s3.client, { bucket, now: inAnHour() })).toEqual({ asked: 2, keys: ['lost'] });
});

it('is patient with an upload that has just come', async () => {
  const bucket = await s3.createBucket();
  await put(bucket, 'new');
  expect(await findUnscanned(s3.client, { bucket, now: new Date() })).toEqual({ asked: 0, keys: [] });
});

it('asks for the tags of two hundred files at most', async () => {
  const bucket = await s3.createBucket();
  await Promise.all(Array.from({ length: 210 }, (_, index) => put(bucket, `file-${index}`)));
  const { asked, keys } = await findUnscanned(s3.client, { bucket, now: inAnHour() });
  expect([asked, keys.length]).toEqual([200, 200]);
});

it('takes a file that goes meanwhile as one that had its verdict, and fails when S3 does', async () => {
  const bucket = await s3.createBucket();
  await put(bucket, 'going');
  const send = s3.client.send.bind(s3.client);
  const answer = (name: string) =>
    vi.spyOn(s3.client, 'send').mockImplementation((async (command: never) => {
      if ((command as object) instanceof GetObjectTaggingCommand)
        throw Object.assign(new Error(name), { name });
      return send(command);
    }) as never);
  answer('NoSuchKey');
  expect(await findUnscanned(s3.client, { bucket, now: inAnHour() })).toEqual({ asked: 1, keys: [] });
  answer('AccessDenied');
  await expect(findUnscanned(s3.client, { bucket, now: inAnHour() })).rejects.toThrow('AccessDenied');
  vi.restoreAllMocks();
});
