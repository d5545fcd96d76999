import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { request } from 'node:http';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { Readable } from 'node:stream';
import {
  CopyObjectCommand,
  CreateMultipartUploadCommand,
  DeleteObjectCommand,
  GetObjectCommand,
  ListObjectVersionsCommand,
  ListPartsCommand,
  PutObjectCommand,
  PutObjectTaggingCommand,
  S3Client,
  UploadPartCommand,
} from '@aws-sdk/client-s3';
import { Upload } from '@aws-sdk/lib-storage';
import { createPresignedPost } from '@aws-sdk/s3-presigned-post';
import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest';
import { localCredentials, localRegion } from '../local-service.ts';
import type { CreatedObject } from './create-s3.ts';
import { serveS3 } from './serve-s3.ts';

let folder: string;
let served: Awaited<ReturnType<typeof serveS3>>;
let client: S3Client;
const Bucket = 'quarantine';

const open = async () => {
  served = await serveS3(folder);
  client = connect(served.endpoint);
};
const connect = (endpoint: string) =>
  new S3Client({ endpoint, region: localRegion, credentials: localCredentials, maxAttempts: 1 });
const contents = () => readdirSync(join(folder, 'content'));
const read = async (Key: string, VersionId?: string) => {
  const { Body } = await client.send(new GetObjectCommand({ Bucket, Key, VersionId }));
  return Body?.transformToString();
};

beforeEach(async () => {
  folder = mkdtempSync(join(tmpdir(), 'local-s3-'));
  await open();
  await served.s3.createBucket(Bucket, { versioned: true });
});
afterEach(async () => {
  client.destroy();
  await served.close();
  rmSync(folder, { recursive: true, force: true });
});

test('making a bucket again changes nothing but its versioning', async () => {
  await client.send(new PutObjectCommand({ Bucket, Key: 'a', Body: 'kept' }));
  await served.s3.createBucket(Bucket, { versioned: true });
  expect(await read('a')).toBe('kept');
});

test('every way to make an object tells the listener once, after it can be read', async () => {
  const told: CreatedObject[] = [];
  const stop = served.s3.onObjectCreated((object) => told.push(object));
  const put = await client.send(new PutObjectCommand({ Bucket, Key: 'put', Body: '12345' }));
  await client.send(new CopyObjectCommand({ Bucket, Key: 'copied', CopySource: `${Bucket}/put` }));
  const body = Readable.from([Buffer.alloc(6_000_000)]);
  await new Upload({ client, params: { Bucket, Key: 'parts', Body: body } }).done();
  await client.send(new DeleteObjectCommand({ Bucket, Key: 'put' }));
  await client.send(new PutObjectTaggingCommand({ Bucket, Key: 'parts', Tagging: { TagSet: [] } }));
  stop();
  await client.send(new PutObjectCommand({ Bucket, Key: 'untold', Body: 'x' }));
  expect(told.map((one) => [one.key, one.sizeBytes])).toEqual([
    ['put', 5],
    ['copied', 5],
    ['parts', 6_000_000],
  ]);
  expect(told[0]).toEqual({
    bucket: Bucket,
    key: 'put',
    versionId: put.VersionId,
    eTag: put.ETag?.replaceAll('"', ''),
    sizeBytes: 5,
  });
});

describe('a restart', () => {
  test('finds versions, markers, tags, settings and unfinished uploads', async () => {
    const first = await client.send(
      new PutObjectCommand({ Bucket, Key: 'a', Body: '1', Metadata: { m: 'é' } }),
    );
    await client.send(new PutObjectCommand({ Bucket, Key: 'a', Body: '2' }));
    await client.send(new DeleteObjectCommand({ Bucket, Key: 'a' }));
    const upload = await client.send(new CreateMultipartUploadCommand({ Bucket, Key: 'parts' }));
    const part = { Bucket, Key: 'parts', UploadId: upload.UploadId };
    await client.send(new UploadPartCommand({ ...part, PartNumber: 1, Body: 'part' }));
    const before = await client.send(new ListObjectVersionsCommand({ Bucket }));
    await served.close();
    await open();
    const after = await client.send(new ListObjectVersionsCommand({ Bucket }));
    expect(after.Versions).toEqual(before.Versions);
    expect(after.DeleteMarkers).toEqual(before.DeleteMarkers);
    expect(await read('a', first.VersionId)).toBe('1');
    const { Parts = [] } = await client.send(new ListPartsCommand(part));
    expect(Parts).toMatchObject([{ PartNumber: 1, Size: 4 }]);
    const third = await client.send(new PutObjectCommand({ Bucket, Key: 'a', Body: '3' }));
    expect(third.VersionId).toHaveLength(32);
    expect(await read('a')).toBe('3');
  });

  test('sweeps buckets that were half made or half deleted', async () => {
    await served.close();
    const buckets = join(folder, 'buckets');
    mkdirSync(join(buckets, 'half-made', 'versions'), { recursive: true });
    mkdirSync(join(buckets, '.deleted-x'));
    writeFileSync(join(buckets, '.deleted-x', 'bucket.json'), '{"createdAt":0}');
    await open();
    expect(readdirSync(buckets)).toEqual([Bucket]);
    await served.s3.createBucket('half-made', { versioned: false });
  });

  test('refuses a damaged description by its name', async () => {
    await client.send(new PutObjectCommand({ Bucket, Key: 'a', Body: 'x' }));
    const damaged = join(folder, 'buckets', Bucket, 'versions', '1.json');
    const whole = readFileSync(damaged);
    writeFileSync(damaged, whole.subarray(0, 20));
    await expect(serveS3(folder)).rejects.toThrow(`${damaged} is damaged`);
    writeFileSync(damaged, whole);
  });

  test('sweeps content that no version names', async () => {
    await client.send(new PutObjectCommand({ Bucket, Key: 'a', Body: 'kept' }));
    const kept = contents();
    const upload = request(`${served.endpoint}/${Bucket}/half`, {
      method: 'PUT',
      headers: { authorization: 'AWS4-HMAC-SHA256', 'content-length': 1000 },
    });
    upload.on('error', () => undefined);
    upload.write('half of it');
    await expect.poll(contents).toHaveLength(2);
    const halfOpen = served;
    await open();
    await expect.poll(contents).toEqual(kept);
    upload.destroy();
    await halfOpen.close();
  });
});

test('a listener that fails harms neither the object nor other listeners', async () => {
  const told: string[] = [];
  const errors = vi.spyOn(console, 'error').mockImplementation(() => undefined);
  served.s3.onObjectCreated(() => {
    throw new Error('the listener failed');
  });
  served.s3.onObjectCreated((object) => told.push(object.key));
  await client.send(new PutObjectCommand({ Bucket, Key: 'a', Body: 'kept' }));
  expect([told, await read('a')]).toEqual([['a'], 'kept']);
  expect(errors).toHaveBeenCalledOnce();
  errors.mockRestore();
});

describe('a kill', () => {
  const kill = async (child: ChildProcess) => {
    child.kill('SIGKILL');
    await once(child, 'exit');
  };

  test('in the middle of writes leaves every acknowledged object whole and nothing else', async () => {
    await served.close();
    const code =
      `import { serveS3 } from ${JSON.stringify(import.meta.resolve('./serve-s3.ts'))};` +
      `console.log((await serveS3(${JSON.stringify(folder)})).endpoint);`;
    const child = spawn(process.execPath, ['--input-type=module', '-e', code], {
      stdio: ['ignore', 'pipe', 'inherit'],
    });
    const [endpoint] = (await once(createInterface(child.stdout), 'line')) as [string];
    const writer = connect(endpoint);
    const acknowledged = new Map<string, string>();
    const write = async (lane: number) => {
      for (let turn = 0; ; turn += 1) {
        const Key = `${lane}/${turn}`;
        const Body = `${Key} `.repeat(20_000);
        await writer.send(new PutObjectCommand({ Bucket, Key, Body }));
        acknowledged.set(Key, Body);
      }
    };
    const lanes = Promise.allSettled([0, 1, 2, 3].map(write));
    await expect.poll(() => acknowledged.size, { timeout: 20_000 }).toBeGreaterThan(20);
    await kill(child);
    await lanes;
    writer.destroy();
    await open();
    for (const [key, content] of acknowledged) expect((await read(key)) === content).toBe(true);
    const { Versions = [] } = await client.send(new ListObjectVersionsCommand({ Bucket }));
    expect(Versions.every((one) => one.Size === Buffer.byteLength(`${one.Key} `.repeat(20_000)))).toBe(true);
    await expect.poll(contents).toHaveLength(Versions.length);
  });
});

describe('content', () => {
  test('of a version that is deleted or overwritten is removed', async () => {
    const { VersionId } = await client.send(new PutObjectCommand({ Bucket, Key: 'a', Body: 'x' }));
    expect(contents()).toHaveLength(1);
    await client.send(new DeleteObjectCommand({ Bucket, Key: 'a', VersionId }));
    await expect.poll(contents).toEqual([]);
    await served.s3.createBucket('plain', { versioned: false });
    await client.send(new PutObjectCommand({ Bucket: 'plain', Key: 'a', Body: '1' }));
    await client.send(new PutObjectCommand({ Bucket: 'plain', Key: 'a', Body: '2' }));
    await expect.poll(contents).toHaveLength(1);
  });

  test('of an upload that breaks off is removed', async () => {
    const upload = request(`${served.endpoint}/${Bucket}/broken`, {
      method: 'PUT',
      headers: { authorization: 'AWS4-HMAC-SHA256', 'content-length': 1000 },
    });
    upload.on('error', () => undefined);
    upload.write('half of it');
    await expect.poll(contents).toHaveLength(1);
    upload.destroy();
    await expect.poll(contents).toEqual([]);
    await expect(read('broken')).rejects.toMatchObject({ name: 'NoSuchKey' });
  });

  test('of a form that breaks off or ends without its boundary is removed', async () => {
    const { url, fields } = await createPresignedPost(client, { Bucket, Key: 'form' });
    const start = Object.entries(fields)
      .map(([name, value]) => `--b\r\ncontent-disposition: form-data; name="${name}"\r\n\r\n${value}\r\n`)
      .join('');
    const body = `${start}--b\r\ncontent-disposition: form-data; name="file"; filename="f"\r\n\r\nhalf of the`;
    const response = await fetch(url, {
      method: 'POST',
      headers: { 'content-type': 'multipart/form-data; boundary=b' },
      body,
    });
    expect([response.status, await response.text()]).toEqual([
      400,
      expect.stringContaining('MalformedPOSTRequest'),
    ]);
    const broken = request(url, {
      method: 'POST',
      headers: { 'content-type': 'multipart/form-data; boundary=b', 'content-length': body.length + 1000 },
    });
    broken.on('error', () => undefined);
    broken.write(body);
    await expect.poll(contents).toHaveLength(1);
    broken.destroy();
    await expect.poll(contents).toEqual([]);
    await expect(read('form')).rejects.toMatchObject({ name: 'NoSuchKey' });
  });
});

describe('bad requests', () => {
  const send = async (method: string, path: string, { body, ...headers }: Record<string, string> = {}) => {
    const response = await fetch(`${served.endpoint}${path}`, {
      method,
      headers: { authorization: 'AWS4-HMAC-SHA256', ...headers },
      ...(body === undefined ? {} : { body }),
    });
    return [response.status, /<Code>(\w+)/.exec(await response.text())?.[1]];
  };

  test.each([
    ['GET', `/${Bucket}?acl`, {}, 501, 'NotImplemented'],
    ['GET', `/${Bucket}/a?partNumber=1`, {}, 501, 'NotImplemented'],
    ['PATCH', `/${Bucket}/a`, {}, 501, 'NotImplemented'],
    ['GET', `/${Bucket}/%zz`, {}, 400, 'InvalidURI'],
    ['GET', `/${Bucket}?list-type=2&max-keys=many`, {}, 400, 'InvalidArgument'],
    ['GET', `/${Bucket}?list-type=2&continuation-token=%21`, {}, 400, 'InvalidArgument'],
    ['POST', `/${Bucket}?delete`, { body: '<Delete><Object>' }, 400, 'MalformedXML'],
    ['POST', `/${Bucket}?delete`, { body: '<Delete></Delete>' }, 400, 'MalformedXML'],
    ['PUT', `/${Bucket}?versioning`, { body: '<VersioningConfiguration/>' }, 400, 'MalformedXML'],
    ['PUT', `/${Bucket}`, {}, 409, 'BucketAlreadyOwnedByYou'],
    ['PUT', '/Not_Legal', {}, 400, 'InvalidBucketName'],
    ['PUT', '/', {}, 400, 'InvalidBucketName'],
    ['PUT', `/${Bucket}/a`, { 'content-md5': 'short', body: 'x' }, 400, 'InvalidDigest'],
    [
      'PUT',
      `/${Bucket}/a`,
      { 'x-amz-content-sha256': '0'.repeat(64), body: 'x' },
      400,
      'XAmzContentSHA256Mismatch',
    ],
    ['PUT', `/${Bucket}/a`, { 'x-amz-tagging': 'a=1&a=2', body: 'x' }, 400, 'InvalidTag'],
    ['PUT', `/${Bucket}/a`, { 'x-amz-copy-source': 'nonsense' }, 400, 'InvalidArgument'],
    ['PUT', `/${Bucket}/a?partNumber=0&uploadId=x`, { body: 'x' }, 400, 'InvalidArgument'],
    ['PUT', `/${Bucket}/a?partNumber=1&uploadId=..`, { body: 'x' }, 404, 'NoSuchUpload'],
    ['POST', `/${Bucket}`, { 'content-type': 'multipart/form-data' }, 400, 'MalformedPOSTRequest'],
    [
      'POST',
      `/${Bucket}`,
      { 'content-type': 'multipart/form-data; boundary=b', body: '--b--\r\n' },
      400,
      'InvalidArgument',
    ],
  ])('%s %s %j is %i %s', async (method, path, headers, status, code) => {
    expect(await send(method, path, headers)).toEqual([status, code]);
    await expect.poll(contents).toEqual([]);
  });

  test('a bucket that holds something is not deleted', async () => {
    const { VersionId } = await client.send(new PutObjectCommand({ Bucket, Key: 'a', Body: 'x' }));
    expect(await send('DELETE', `/${Bucket}`)).toEqual([409, 'BucketNotEmpty']);
    await client.send(new DeleteObjectCommand({ Bucket, Key: 'a', VersionId }));
    expect(await send('DELETE', `/${Bucket}`)).toEqual([204, undefined]);
    expect(await send('GET', `/${Bucket}`)).toEqual([404, 'NoSuchBucket']);
  });

  test('a form whose file is far too long is answered before it is all sent', async () => {
    const { url, fields } = await createPresignedPost(client, {
      Bucket,
      Key: 'long',
      Conditions: [['content-length-range', 0, 1000]],
    });
    const form = new FormData();
    for (const [name, value] of Object.entries(fields)) form.append(name, value);
    form.append('file', new Blob([Buffer.alloc(20_000_000)]), 'long.bin');
    const response = await fetch(url, { method: 'POST', body: form });
    expect(await response.text()).toContain('<Code>EntityTooLarge</Code>');
    await expect.poll(contents).toEqual([]);
  });
});

describe('pages of other ports', () => {
  const preflight = async (origin: string) => {
    const response = await fetch(`${served.endpoint}/${Bucket}`, {
      method: 'OPTIONS',
      headers: { origin, 'access-control-request-method': 'POST' },
    });
    return [response.status, response.headers.get('access-control-allow-origin')];
  };

  test('may upload from this machine and from nowhere else', async () => {
    expect(await preflight('http://localhost:3000')).toEqual([200, 'http://localhost:3000']);
    expect(await preflight('http://127.0.0.1:3000')).toEqual([200, 'http://127.0.0.1:3000']);
    expect(await preflight('https://example.com')).toEqual([200, null]);
  });

  test('are told the outcome of an upload', async () => {
    const { url, fields } = await createPresignedPost(client, { Bucket, Key: 'form' });
    const form = new FormData();
    for (const [name, value] of Object.entries(fields)) form.append(name, value);
    form.append('file', new Blob(['x']), 'x');
    const response = await fetch(url, {
      method: 'POST',
      body: form,
      headers: { origin: 'http://localhost:3000' },
    });
    expect(response.status).toBe(204);
    expect(response.headers.get('access-control-allow-origin')).toBe('http://localhost:3000');
    expect(response.headers.get('access-control-expose-headers')).toContain('x-amz-version-id');
  });
});
