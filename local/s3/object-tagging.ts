import { versionHeader } from './describe-object.ts';
import { findObject } from './find-version.ts';
import { body } from './receive-content.ts';
import type { S3Operation } from './s3-operation.ts';
import { readText } from './s3-request.ts';
import { writeXml } from './s3-xml.ts';
import { readTagXml, tagSet } from './tags.ts';

/** GetObjectTagging. */
export const getObjectTagging: S3Operation = ({ bucket: name, key, query }, { buckets }) => {
  const bucket = buckets.get(name);
  const version = findObject(bucket, key, query.get('versionId') ?? undefined);
  return { headers: versionHeader(bucket, version), body: writeXml('Tagging', tagSet(version.tags)) };
};

/** PutObjectTagging: changes the tags alone, makes no version. */
export const putObjectTagging: S3Operation = async (request, { buckets }) => {
  const bucket = buckets.get(request.bucket);
  const tags = readTagXml(await readText(body(request)));
  const version = findObject(bucket, request.key, request.query.get('versionId') ?? undefined);
  bucket.setTags(version, tags);
  return { headers: versionHeader(bucket, version) };
};

/** DeleteObjectTagging. */
export const deleteObjectTagging: S3Operation = ({ bucket: name, key, query }, { buckets }) => {
  const bucket = buckets.get(name);
  const version = findObject(bucket, key, query.get('versionId') ?? undefined);
  bucket.setTags(version, {});
  return { status: 204, headers: versionHeader(bucket, version) };
};
