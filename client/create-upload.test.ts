import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { HeadObjectCommand, S3Client } from '@aws-sdk/client-s3';
import { context, trace } from '@opentelemetry/api';
import { AsyncLocalStorageContextManager } from '@opentelemetry/context-async-hooks';
import fc from 'fast-check';
import { afterAll, beforeAll, expect, onTestFinished, test } from 'vitest';
import { z } from 'zod';
import { localCredentials, localRegion } from '../local/local-service.ts';
import { serveS3 } from '../local/s3/serve-s3.ts';
import { InvalidInput } from '../messages/write-message.ts';
import { defineTask, fileRef } from '../tasks/define-task.ts';
import { propertyReport } from '../tasks/property-report/task.ts';
import { propertyUpload } from '../tasks/property-upload/task.ts';
import { createUpload, type Upload, type UploadRequest } from './create-upload.ts';

const bucket = 'quarantine';
const source = '/webapp';
const folder = mkdtempSync(join(tmpdir(), 'uploads-'));
let served: Awaited<ReturnType<typeof serveS3>>;
let s3: S3Client;
beforeAll(async () => {
  served = await serveS3(folder);
  s3 = new S3Client({ endpoint: served.endpoint, region: localRegion, credentials: localCredentials });
  await served.s3.createBucket(bucket, { versioned: true });
});
afterAll(async () => {
  s3.destroy();
  await served.close();
  rmSync(folder, { recursive: true, force: true });
});

const create = (change: Partial<UploadRequest<typeof propertyUpload>> = {}) =>
  createUpload({ s3, bucket, source }, { task: propertyUpload, input: { landlordId: 'L-1' }, ...change });
const post = async ({ url, fields }: Upload, content: string, change: Record<string, string> = {}) => {
  const form = new FormData();
  for (const [name, value] of Object.entries({ ...fields, ...change })) form.append(name, value);
  form.append('file', new Blob([content]), 'properties.csv');
  const response = await fetch(url, { method: 'POST', body: form });
  return [response.status, /<Code>(\w+)/.exec(await response.text())?.[1]];
};
const head = (Key: string) => s3.send(new HeadObjectCommand({ Bucket: bucket, Key }));

test('a file that is uploaded carries its task, input and source', async () => {
  const input = { landlordId: 'L-é😀 "1"', onInvalidRows: 'reject-file' } as const;
  const upload = await create({ input, fileName: 'März 2026/properties.csv', contentType: 'text/csv' });
  expect(await post(upload, 'a,b\n')).toEqual([201, undefined]);
  const found = await head(upload.key);
  expect(found).toMatchObject({ ContentType: 'text/csv', ContentLength: 4 });
  expect(found.Metadata).toMatchObject({ 'slackwater-task': 'property-upload', 'slackwater-source': source });
  expect(JSON.parse(found.Metadata?.['slackwater-input'] ?? '')).toEqual(input);
  expect(upload.key).toMatch(/^uploads\/[0-9a-f-]{36}\/Marz-2026-properties\.csv$/);
});

test('any input that fits the metadata comes back from it as it was', async () => {
  const text = fc.string({ unit: 'binary', minLength: 1, maxLength: 60 });
  // The task's schema refuses NUL, which Postgres cannot store; every other character may come.
  const landlordIds = text.filter((id) => !id.includes('\0'));
  await fc.assert(
    fc.asyncProperty(landlordIds, async (landlordId) => {
      const { fields } = await create({ input: { landlordId } });
      const json = fields['x-amz-meta-slackwater-input'] ?? '';
      expect(json).toMatch(/^[\x20-\x7e]+$/);
      expect(JSON.parse(json)).toEqual({ landlordId });
    }),
    { numRuns: 50 },
  );
});

test('any name makes a key of plain characters', async () => {
  await fc.assert(
    fc.asyncProperty(fc.string({ unit: 'binary', maxLength: 300 }), async (fileName) => {
      const { key } = await create({ fileName });
      expect(key).toMatch(/^uploads\/[0-9a-f-]{36}\/[A-Za-z0-9_][A-Za-z0-9._-]{0,99}$/);
    }),
    { numRuns: 50 },
  );
});

test('the size is held to its limit', async () => {
  const upload = await create({ maximumBytes: 10 });
  expect(await post(upload, '12345678901')).toEqual([400, 'EntityTooLarge']);
  expect(await post(upload, '')).toEqual([400, 'EntityTooSmall']);
  await expect(head(upload.key)).rejects.toMatchObject({ name: 'NotFound' });
  expect(await post(upload, '1234567890')).toEqual([201, undefined]);
});

test.each([
  ['key', 'uploads/elsewhere'],
  ['x-amz-meta-slackwater-task', 'property-report'],
  ['x-amz-meta-slackwater-input', '{"landlordId":"another"}'],
  ['x-amz-meta-slackwater-source', '/another'],
  ['x-amz-meta-more', 'x'],
  ['Content-Type', 'text/html'],
])('the browser cannot change %s', async (name, value) => {
  expect(await post(await create(), 'content', { [name]: value })).toEqual([403, 'AccessDenied']);
});

test('the form expires when it says', async () => {
  const upload = await create({ expiresSeconds: 60 });
  const policy = JSON.parse(Buffer.from(upload.fields.Policy ?? '', 'base64').toString()) as {
    expiration: string;
  };
  expect(Math.abs(Date.parse(policy.expiration) - Date.parse(upload.expiresAt))).toBeLessThanOrEqual(2000);
});

test.each([
  { maximumBytes: 0 },
  { maximumBytes: 5 * 1024 ** 3 + 1 },
  { maximumBytes: 1.5 },
  { expiresSeconds: 901 },
  { expiresSeconds: 0 },
  { expiresSeconds: Number.NaN },
])('%j is out of bounds', async (change) => {
  await expect(create(change)).rejects.toThrow(RangeError);
});

test('the input is checked as it will be with its file', async () => {
  await expect(create({ input: { landlordId: '' } })).rejects.toThrow(InvalidInput);
  await expect(create({ input: { landlordId: 'L', onInvalidRows: 'ask' as 'skip' } })).rejects.toThrow(
    'onInvalidRows',
  );
  const withFile = { landlordId: 'L', file: { bucket: 'other', key: 'k' } };
  await expect(create({ input: withFile })).rejects.toThrow('leave it out');
});

test('a task that takes no file is refused', async () => {
  const request = { task: propertyReport, input: {} };
  await expect(createUpload({ s3, bucket, source }, request)).rejects.toThrow('takes no file');
});

test('more input than an object can carry is refused, told by its size', async () => {
  const task = defineTask({
    ...propertyUpload,
    schedules: [],
    fairBy: () => 'x',
    input: z.object({ file: fileRef, note: z.string() }),
  });
  const upload = (note: string) => createUpload({ s3, bucket, source }, { task, input: { note } });
  const { fields } = await upload('x'.repeat(1700));
  const metadata = Object.entries(fields).filter(([name]) => name.startsWith('x-amz-meta-'));
  const room = 2048 - metadata.flat().join('').length;
  const largest = await upload('x'.repeat(1700 + room));
  expect(await post(largest, 'content')).toEqual([201, undefined]);
  await expect(upload('x'.repeat(1701 + room))).rejects.toThrow(/2049 bytes of the object's metadata/);
});

test('the object carries the trace of the request that made the upload, if there is one', async () => {
  const create = () =>
    createUpload({ s3, bucket, source }, { task: propertyUpload, input: { landlordId: 'L' } });
  const span = { traceId: 'a'.repeat(32), spanId: 'b'.repeat(16), traceFlags: 1 };
  context.setGlobalContextManager(new AsyncLocalStorageContextManager().enable());
  onTestFinished(() => context.disable());
  const { fields } = await context.with(trace.setSpanContext(context.active(), span), create);
  expect(fields['x-amz-meta-slackwater-traceparent']).toBe(`00-${span.traceId}-${span.spanId}-01`);
  expect((await create()).fields).not.toHaveProperty('x-amz-meta-slackwater-traceparent');
});

test('a source that metadata cannot carry is refused', async () => {
  const request = { task: propertyUpload, input: { landlordId: 'L' } };
  await expect(createUpload({ s3, bucket, source: '/wébapp' }, request)).rejects.toThrow(
    'not printable ASCII',
  );
});
