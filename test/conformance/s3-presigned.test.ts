import { GetObjectCommand, HeadObjectCommand, PutObjectCommand } from '@aws-sdk/client-s3';
import { createPresignedPost, type PresignedPostOptions } from '@aws-sdk/s3-presigned-post';
import { getSignedUrl } from '@aws-sdk/s3-request-presigner';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { openS3UnderTest, type S3UnderTest } from './s3-under-test.ts';

let s3: S3UnderTest;
let Bucket: string;
beforeAll(async () => {
  s3 = await openS3UnderTest();
  Bucket = await s3.createBucket();
});
afterAll(() => s3.close());

const code = async (response: Response) =>
  [response.status, /<Code>(\w+)<\/Code>/.exec(await response.text())?.[1]] as const;

describe('a presigned GET', () => {
  test('opens that object, under the name that was signed', async () => {
    const Key = 'reports/ä b+c.csv';
    await s3.client.send(new PutObjectCommand({ Bucket, Key, Body: 'report' }));
    const url = await getSignedUrl(
      s3.client,
      new GetObjectCommand({ Bucket, Key, ResponseContentDisposition: 'attachment; filename="r.csv"' }),
    );
    const response = await fetch(url);
    expect(await response.text()).toBe('report');
    expect(response.headers.get('content-disposition')).toBe('attachment; filename="r.csv"');
  });

  test('is refused for another object, another method or another query', async () => {
    await s3.client.send(new PutObjectCommand({ Bucket, Key: 'mine', Body: 'mine' }));
    await s3.client.send(new PutObjectCommand({ Bucket, Key: 'theirs', Body: 'theirs' }));
    const url = await getSignedUrl(s3.client, new GetObjectCommand({ Bucket, Key: 'mine' }));
    const refused = [403, 'SignatureDoesNotMatch'];
    expect(await code(await fetch(url.replace('/mine?', '/theirs?')))).toEqual(refused);
    expect(await code(await fetch(url, { method: 'DELETE' }))).toEqual(refused);
    expect(await code(await fetch(`${url}&versionId=null`))).toEqual(refused);
  });

  test('is refused once it has expired', async () => {
    const url = await getSignedUrl(s3.client, new GetObjectCommand({ Bucket, Key: 'mine' }), {
      expiresIn: 60,
      signingDate: new Date(Date.now() - 120_000),
    });
    expect(await code(await fetch(url))).toEqual([403, 'AccessDenied']);
  });

  test('nobody gets in without any signature', async () => {
    expect(await code(await fetch(`${s3.endpoint}/${Bucket}/mine`))).toEqual([403, 'AccessDenied']);
  });
});

describe('a presigned POST', () => {
  const sign = (options: Partial<PresignedPostOptions> = {}) =>
    createPresignedPost(s3.client, {
      Bucket,
      Key: 'uploads/file.csv',
      Conditions: [['content-length-range', 1, 20]],
      Fields: { 'x-amz-meta-slackwater-task': 'property-upload', success_action_status: '201' },
      Expires: 600,
      ...options,
    });
  const post = async (
    { url, fields }: { url: string; fields: Record<string, string> },
    content: string,
    change: Record<string, string | undefined> = {},
  ) => {
    const form = new FormData();
    for (const [name, value] of Object.entries({ ...fields, ...change })) {
      if (value !== undefined) form.append(name, value);
    }
    form.append('file', new Blob([content], { type: 'text/csv' }), 'mine.csv');
    return fetch(url, { method: 'POST', body: form });
  };
  const stored = async (Key: string) => {
    const found = await s3.client.send(new GetObjectCommand({ Bucket, Key }));
    return { ...found, text: await found.Body?.transformToString() };
  };

  test('stores the file under its key, with the metadata of its policy', async () => {
    const response = await post(await sign(), 'a,b\r\n1,2\r\n');
    expect(response.status).toBe(201);
    const xml = await response.text();
    expect(xml).toContain('<Key>uploads/file.csv</Key>');
    const found = await stored('uploads/file.csv');
    expect(found.text).toBe('a,b\r\n1,2\r\n');
    expect(found.Metadata).toEqual({ 'slackwater-task': 'property-upload' });
    expect(found.VersionId).toBe(response.headers.get('x-amz-version-id'));
    expect(xml).toContain(found.ETag?.replaceAll('"', ''));
  });

  test('answers 204 unless told otherwise', async () => {
    expect((await post(await sign({ Fields: {} }), 'content')).status).toBe(204);
  });

  test('refuses a file that is too long or too short, and keeps nothing of it', async () => {
    const Key = 'uploads/sized.csv';
    expect(await code(await post(await sign({ Key }), 'x'.repeat(21)))).toEqual([400, 'EntityTooLarge']);
    expect(await code(await post(await sign({ Key }), ''))).toEqual([400, 'EntityTooSmall']);
    await expect(s3.client.send(new HeadObjectCommand({ Bucket, Key }))).rejects.toMatchObject({
      name: 'NotFound',
    });
    expect((await post(await sign({ Key }), 'x'.repeat(20))).status).toBe(201);
  });

  test.each([
    ['another key', { key: 'uploads/other.csv' }],
    ['other metadata', { 'x-amz-meta-slackwater-task': 'property-report' }],
    ['a field that its policy does not speak of', { 'x-amz-meta-extra': '1' }],
    ['a content type that its policy does not speak of', { 'Content-Type': 'text/html' }],
    ['a field left out', { success_action_status: undefined }],
  ])('refuses %s', async (_what, change) => {
    expect(await code(await post(await sign(), 'content', change))).toEqual([403, 'AccessDenied']);
  });

  test('refuses a policy that was changed, or signed by nobody', async () => {
    const signed = await sign();
    const policy = JSON.parse(Buffer.from(signed.fields.Policy ?? '', 'base64').toString()) as {
      conditions: unknown[];
    };
    const wider = {
      ...policy,
      conditions: policy.conditions.map((one) =>
        Array.isArray(one) ? ['content-length-range', 1, 999] : one,
      ),
    };
    const Policy = Buffer.from(JSON.stringify(wider)).toString('base64');
    expect(await code(await post(signed, 'content', { Policy }))).toEqual([403, 'SignatureDoesNotMatch']);
    const unsigned = { Policy: undefined, 'X-Amz-Signature': undefined };
    expect((await post(signed, 'content', unsigned)).status).toBeGreaterThanOrEqual(400);
  });

  test('gives metadata that is not ASCII back in another encoding, so that it has to be escaped before', async () => {
    const Fields = { 'x-amz-meta-name': 'é😀', success_action_status: '201' };
    expect((await post(await sign({ Key: 'uploads/accents', Fields }), 'content')).status).toBe(201);
    const found = await stored('uploads/accents');
    expect(found.Metadata?.name).toMatch(/^=\?UTF-8\?/);
  });

  test('refuses an expired policy', async () => {
    expect(await code(await post(await sign({ Expires: -60 }), 'content'))).toEqual([403, 'AccessDenied']);
  });

  test('holds what starts with the given words to be enough where the policy says so', async () => {
    const signed = await sign({
      Conditions: [['starts-with', '$Content-Type', 'text/']],
      // biome-ignore lint/suspicious/noTemplateCurlyInString: S3's own placeholder
      Key: 'uploads/by-name/${filename}',
    });
    const response = await post(signed, 'content', { 'Content-Type': 'text/csv' });
    expect(response.status).toBe(201);
    expect((await stored('uploads/by-name/mine.csv')).ContentType).toBe('text/csv');
    expect(await code(await post(signed, 'content', { 'Content-Type': 'image/png' }))).toEqual([
      403,
      'AccessDenied',
    ]);
  });
});
