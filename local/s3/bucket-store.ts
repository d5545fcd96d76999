import { existsSync, mkdirSync, readdirSync, renameSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { type Bucket, makeBucket, openBucket } from './bucket.ts';
import { S3Error } from './s3-error.ts';

/** All buckets. */
export interface BucketStore {
  /** Throws S3Error NoSuchBucket. */
  get(name: string): Bucket;
  /** By name. */
  all(): Bucket[];
  /** Throws S3Error InvalidBucketName or BucketAlreadyOwnedByYou. */
  create(name: string): Bucket;
  /** Throws S3Error NoSuchBucket or BucketNotEmpty. */
  delete(name: string): void;
}

/** Opens the folder of the buckets, which is made if it is not there. */
export function openBucketStore(directory: string): BucketStore {
  mkdirSync(directory, { recursive: true });
  const buckets = new Map<string, Bucket>();
  for (const name of readdirSync(directory)) {
    // What a kill left half made has no settings yet; what it left half deleted was renamed before.
    if (!name.startsWith('.') && existsSync(join(directory, name, 'bucket.json'))) {
      buckets.set(name, openBucket(name, join(directory, name)));
    } else {
      rmSync(join(directory, name), { recursive: true, force: true });
    }
  }

  const get = (name: string): Bucket => {
    const bucket = buckets.get(name);
    if (bucket) return bucket;
    throw new S3Error('NoSuchBucket', 'The specified bucket does not exist', {
      details: { BucketName: name },
    });
  };
  return {
    get,
    all: () => [...buckets.values()].sort((a, b) => (a.name < b.name ? -1 : 1)),
    create: (name) => {
      if (!/^[a-z0-9][a-z0-9.-]{1,61}[a-z0-9]$/.test(name) || name.includes('..')) {
        throw new S3Error('InvalidBucketName', 'The specified bucket is not valid.', {
          details: { BucketName: name },
        });
      }
      if (buckets.has(name)) {
        throw new S3Error('BucketAlreadyOwnedByYou', 'You already own a bucket of this name.', {
          details: { BucketName: name },
        });
      }
      makeBucket(join(directory, name));
      const bucket = openBucket(name, join(directory, name));
      buckets.set(name, bucket);
      return bucket;
    },
    delete: (name) => {
      const bucket = get(name);
      if (bucket.keys().length > 0) {
        throw new S3Error('BucketNotEmpty', 'The bucket you tried to delete is not empty', {
          details: { BucketName: name },
        });
      }
      buckets.delete(name);
      // Renamed first, so that a kill in between leaves no half bucket under its name.
      const gone = join(directory, `.deleted-${crypto.randomUUID()}`);
      renameSync(bucket.directory, gone);
      rmSync(gone, { recursive: true, force: true });
    },
  };
}
