import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { DeleteObjectCommand, PutObjectCommand, S3Client } from '@aws-sdk/client-s3';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { localCredentials, localRegion } from '../local/local-service.ts';
import { serveS3 } from '../local/s3/serve-s3.ts';
import type { ClaimCheckStore } from '../messages/claim-check.ts';
import { UnreadableMessage } from '../messages/envelope.ts';
import { createS3ClaimChecks } from './s3-claim-checks.ts';

const bucket = 'claim-checks';
const folder = mkdtempSync(join(tmpdir(), 'claim-checks-'));
let served: Awaited<ReturnType<typeof serveS3>>;
let s3: S3Client;
let claimChecks: ClaimCheckStore;
beforeAll(async () => {
  served = await serveS3(folder);
  s3 = new S3Client({ endpoint: served.endpoint, region: localRegion, credentials: localCredentials });
  claimChecks = createS3ClaimChecks({ s3, bucket, maximumBytes: 2_000_000 });
  for (const name of [bucket, 'other-bucket']) await served.s3.createBucket(name, { versioned: true });
});
afterAll(async () => {
  s3.destroy();
  await served.close();
  rmSync(folder, { recursive: true, force: true });
});

const keyOf = (reference: string) => new URL(reference).pathname.slice(1);

test('content comes back by its reference, whatever was written to its key later', async () => {
  const content = JSON.stringify({ text: 'é😀'.repeat(100_000) });
  const reference = await claimChecks.put(content);
  expect(reference).toMatch(/^s3:\/\/claim-checks\/claim-checks\/[0-9a-f-]{36}\?versionId=.{32}$/);
  await s3.send(new PutObjectCommand({ Bucket: bucket, Key: keyOf(reference), Body: 'forged' }));
  expect((await claimChecks.get(reference)) === content).toBe(true);
});

test('no two contents share a key', async () => {
  expect(await claimChecks.put('same')).not.toBe(await claimChecks.put('same'));
});

test('a sender may name an object without its version, percent-encoded', async () => {
  await s3.send(new PutObjectCommand({ Bucket: bucket, Key: 'other/ä b?#.json', Body: '{}' }));
  expect(await claimChecks.get(`s3://${bucket}/other/${encodeURIComponent('ä b?#.json')}`)).toBe('{}');
});

test('a reference to another bucket is refused even if the object is there', async () => {
  await s3.send(new PutObjectCommand({ Bucket: 'other-bucket', Key: 'secret', Body: '{}' }));
  const get = claimChecks.get('s3://other-bucket/secret');
  await expect(get).rejects.toThrow(UnreadableMessage);
  await expect(get).rejects.toThrow('not in the bucket claim-checks');
});

test.each([
  'nonsense',
  'https://example.com/a',
  's3://claim-checks',
  's3://claim-checks/',
  's3://claim-checks/a?other=1',
  's3://claim-checks/%zz',
  's3://claim-checks/never-stored',
  's3://claim-checks/never-stored?versionId=nonsense',
  `s3://claim-checks/${'a'.repeat(1025)}`,
])('the reference %s is no readable message', async (reference) => {
  await expect(claimChecks.get(reference)).rejects.toThrow(UnreadableMessage);
});

test('what was deleted meanwhile is named', async () => {
  const reference = await claimChecks.put('x');
  const VersionId = new URL(reference).searchParams.get('versionId') ?? '';
  await s3.send(new DeleteObjectCommand({ Bucket: bucket, Key: keyOf(reference), VersionId }));
  await expect(claimChecks.get(reference)).rejects.toThrow(`nothing lies at ${reference}`);
});

test('more than fits in memory is refused by both ends', async () => {
  const tooMuch = 'x'.repeat(2_000_001);
  await expect(claimChecks.put(tooMuch)).rejects.toThrow(RangeError);
  await s3.send(new PutObjectCommand({ Bucket: bucket, Key: 'large', Body: tooMuch }));
  await expect(claimChecks.get(`s3://${bucket}/large`)).rejects.toThrow('has 2000001 bytes');
});

test('a fault of S3 is no fault of the message', async () => {
  const broken = createS3ClaimChecks({ s3, bucket: 'never-made' });
  const get = broken.get('s3://never-made/a');
  await expect(get).rejects.toMatchObject({ name: 'NoSuchBucket' });
});
