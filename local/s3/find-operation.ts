import * as buckets from './buckets.ts';
import { completeUpload } from './complete-upload.ts';
import { copyObject } from './copy-object.ts';
import { deleteObjects } from './delete-objects.ts';
import { listObjects, listObjectVersions } from './list-objects.ts';
import * as multipart from './multipart.ts';
import * as tagging from './object-tagging.ts';
import * as objects from './objects.ts';
import { postObject } from './post-object.ts';
import { S3Error } from './s3-error.ts';
import type { S3Operation } from './s3-operation.ts';
import type { S3Request } from './s3-request.ts';

/** Operations on a bucket by method and by the name in the query that tells it from its siblings. */
const onBucket: Record<string, S3Operation> = {
  'PUT ': buckets.createBucket,
  'HEAD ': buckets.headBucket,
  'DELETE ': buckets.deleteBucket,
  'GET ': listObjects,
  'GET versions': listObjectVersions,
  'GET location': buckets.getBucketLocation,
  'GET versioning': buckets.getBucketVersioning,
  'PUT versioning': buckets.putBucketVersioning,
  'GET uploads': multipart.listMultipartUploads,
  'POST delete': deleteObjects,
  'POST ': postObject,
};

/** Operations on an object. */
const onObject: Record<string, S3Operation> = {
  'GET ': objects.getObject,
  'HEAD ': objects.getObject,
  'PUT ': objects.putObject,
  'PUT +copy': copyObject,
  'DELETE ': objects.deleteObject,
  'GET tagging': tagging.getObjectTagging,
  'PUT tagging': tagging.putObjectTagging,
  'DELETE tagging': tagging.deleteObjectTagging,
  'POST uploads': multipart.createMultipartUpload,
  'PUT uploadId': multipart.uploadPart,
  'PUT uploadId+copy': multipart.uploadPartCopy,
  'POST uploadId': completeUpload,
  'DELETE uploadId': multipart.abortMultipartUpload,
  'GET uploadId': multipart.listParts,
};

/** What S3 has under names in the query that the local one does not know. */
const notLocal =
  /^(accelerate|acl|analytics|attributes|cors|encryption|intelligent-tiering|inventory|legal-hold|lifecycle|logging|metrics|notification|object-lock|ownershipControls|policy|policyStatus|publicAccessBlock|replication|requestPayment|restore|retention|select|torrent|website)$/;

/** Finds the operation that a request asks for. Throws S3Error NotImplemented. */
export function findOperation(request: S3Request): S3Operation {
  const { method, bucket, key, query } = request;
  if (bucket === '' && method === 'GET') return buckets.listBuckets;
  const names = [...query.keys()];
  const [operations, known] = key === '' ? [onBucket, bucketNames] : [onObject, objectNames];
  const name = names.find((one) => known.has(one) || notLocal.test(one)) ?? '';
  const copy = key !== '' && method === 'PUT' && request.header('x-amz-copy-source') !== undefined;
  const operation = operations[`${method} ${name}${copy ? '+copy' : ''}`];
  if (operation) return operation;
  throw new S3Error('NotImplemented', `${method} ${name || 'of that'} is not part of the local S3`);
}

const namesOf = (operations: Record<string, S3Operation>) =>
  new Set(Object.keys(operations).flatMap((operation) => operation.split(/[ +]/)[1] || []));
const bucketNames = namesOf(onBucket);
const objectNames = namesOf(onObject);
