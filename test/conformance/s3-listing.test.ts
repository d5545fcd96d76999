import {
  DeleteObjectCommand,
  ListObjectsCommand,
  ListObjectsV2Command,
  ListObjectVersionsCommand,
  PutObjectCommand,
  paginateListObjectsV2,
} from '@aws-sdk/client-s3';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { openS3UnderTest, type S3UnderTest } from './s3-under-test.ts';

/** In the order of their UTF-8 bytes; by UTF-16 units the emoji would stand before the private-use character. */
const keys = ['A', 'Z', 'a', 'a+b', 'a/1', 'a/2/x', 'a/2/y', 'a/3', 'b', 'é', '\ue000', '😀'];

let s3: S3UnderTest;
let Bucket: string;
beforeAll(async () => {
  s3 = await openS3UnderTest();
  Bucket = await s3.createBucket();
  for (const Key of keys.toReversed()) await s3.client.send(new PutObjectCommand({ Bucket, Key, Body: Key }));
});
afterAll(() => s3.close());

const list = async (more: object) => {
  const page = await s3.client.send(new ListObjectsV2Command({ Bucket, ...more }));
  return {
    ...page,
    keys: (page.Contents ?? []).map((one) => one.Key),
    prefixes: (page.CommonPrefixes ?? []).map((one) => one.Prefix),
  };
};

test('keys are listed in the order of their bytes, with size and eTag', async () => {
  const page = await list({});
  expect(page.keys).toEqual(keys);
  expect(page).toMatchObject({ KeyCount: keys.length, IsTruncated: false, Name: Bucket });
  expect(page.Contents?.at(-1)).toMatchObject({ Size: 4, ETag: expect.stringMatching(/^"[0-9a-f]{32}"$/) });
});

test('prefix and delimiter make folders', async () => {
  const top = await list({ Delimiter: '/' });
  expect(top.keys).toEqual(keys.filter((key) => !key.includes('/')));
  expect(top.prefixes).toEqual(['a/']);
  const folder = await list({ Prefix: 'a/', Delimiter: '/' });
  expect([folder.keys, folder.prefixes]).toEqual([['a/1', 'a/3'], ['a/2/']]);
});

test.each([1, 2, 3, 5])('pages of %i tell every key and folder once', async (MaxKeys) => {
  const told: (string | undefined)[] = [];
  const pages = paginateListObjectsV2(
    { client: s3.client, pageSize: MaxKeys },
    { Bucket, Delimiter: '/', Prefix: 'a' },
  );
  for await (const page of pages) {
    const entries = [
      ...(page.Contents ?? []).map((one) => one.Key),
      ...(page.CommonPrefixes ?? []).map((one) => one.Prefix),
    ];
    expect(entries.length).toBeLessThanOrEqual(MaxKeys);
    told.push(...entries);
  }
  expect(told.sort()).toEqual(['a', 'a+b', 'a/']);
});

test('a list starts after a key, which need not exist', async () => {
  expect((await list({ StartAfter: 'a/2' })).keys).toEqual(keys.slice(keys.indexOf('a/2/x')));
});

test('keys come percent-encoded if asked for', async () => {
  const page = await list({ EncodingType: 'url', Prefix: 'a+' });
  expect([page.keys, page.EncodingType, page.Prefix]).toEqual([['a%2Bb'], 'url', 'a%2B']);
});

test('the older list pages by marker', async () => {
  const first = await s3.client.send(new ListObjectsCommand({ Bucket, MaxKeys: 3 }));
  const Marker = first.Contents?.at(-1)?.Key;
  const second = await s3.client.send(new ListObjectsCommand({ Bucket, MaxKeys: 100, Marker }));
  expect([...(first.Contents ?? []), ...(second.Contents ?? [])].map((one) => one.Key)).toEqual(keys);
});

test('versions and markers are listed newest first, page by page', async () => {
  const bucket = await s3.createBucket();
  const ids: string[] = [];
  for (const Body of ['1', '2', '3']) {
    const { VersionId = '' } = await s3.client.send(new PutObjectCommand({ Bucket: bucket, Key: 'k', Body }));
    ids.unshift(VersionId);
  }
  const { VersionId = '' } = await s3.client.send(new DeleteObjectCommand({ Bucket: bucket, Key: 'k' }));
  ids.unshift(VersionId);
  await s3.client.send(new PutObjectCommand({ Bucket: bucket, Key: 'k-longer', Body: 'x' }));
  const told: (string | undefined)[] = [];
  let markers: { KeyMarker?: string | undefined; VersionIdMarker?: string | undefined } = {};
  for (;;) {
    const page = await s3.client.send(
      new ListObjectVersionsCommand({ Bucket: bucket, Prefix: 'k', MaxKeys: 1, ...markers }),
    );
    told.push(...[...(page.Versions ?? []), ...(page.DeleteMarkers ?? [])].map((one) => one.VersionId));
    if (!page.IsTruncated) break;
    markers = { KeyMarker: page.NextKeyMarker, VersionIdMarker: page.NextVersionIdMarker };
  }
  expect(told.slice(0, 4)).toEqual(ids);
  expect(told).toHaveLength(5);
});
