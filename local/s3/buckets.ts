import { localAccount, localRegion } from '../local-service.ts';
import { body } from './receive-content.ts';
import { S3Error } from './s3-error.ts';
import type { S3Operation } from './s3-operation.ts';
import { readText } from './s3-request.ts';
import { readXml, text, writeXml } from './s3-xml.ts';

/** The owner of everything local, as S3 writes one. */
export const owner = { ID: localAccount, DisplayName: 'local' };

/** ListBuckets. */
export const listBuckets: S3Operation = (_request, { buckets }) => ({
  body: writeXml('ListAllMyBucketsResult', {
    Owner: owner,
    Buckets: {
      Bucket: buckets.all().map((bucket) => ({
        Name: bucket.name,
        CreationDate: new Date(bucket.createdAt).toISOString(),
      })),
    },
  }),
});

/** CreateBucket. */
export const createBucket: S3Operation = ({ bucket }, { buckets }) => {
  buckets.create(bucket);
  return { headers: { location: `/${bucket}` } };
};

/** HeadBucket. */
export const headBucket: S3Operation = ({ bucket }, { buckets }) => {
  buckets.get(bucket);
  return { headers: { 'x-amz-bucket-region': localRegion } };
};

/** DeleteBucket. */
export const deleteBucket: S3Operation = ({ bucket }, { buckets }) => {
  buckets.delete(bucket);
  return { status: 204 };
};

/** GetBucketLocation. */
export const getBucketLocation: S3Operation = ({ bucket }, { buckets }) => {
  buckets.get(bucket);
  return { body: writeXml('LocationConstraint', { '#text': localRegion }) };
};

/** GetBucketVersioning. */
export const getBucketVersioning: S3Operation = ({ bucket }, { buckets }) => ({
  body: writeXml('VersioningConfiguration', { Status: buckets.get(bucket).versioning() }),
});

/** PutBucketVersioning. */
export const putBucketVersioning: S3Operation = async (request, { buckets }) => {
  const bucket = buckets.get(request.bucket);
  const status = text(readXml(await readText(body(request)), 'VersioningConfiguration'), 'Status');
  if (status !== 'Enabled' && status !== 'Suspended') {
    throw new S3Error('MalformedXML', `Status ${status} is neither Enabled nor Suspended`);
  }
  bucket.setVersioning(status);
  return {};
};
