import type { Readable } from 'node:stream';
import type { Bucket } from './bucket.ts';
import type { BucketStore } from './bucket-store.ts';
import type { ContentStore } from './content-store.ts';
import type { ObjectVersion } from './object-version.ts';
import type { S3Request } from './s3-request.ts';

/** What S3's operations work on. */
export interface S3State {
  buckets: BucketStore;
  content: ContentStore;
  /** The current time in milliseconds since 1970, by which signatures expire. */
  now(): number;
  /** Tells listeners of a new object. */
  created(bucket: Bucket, version: ObjectVersion): void;
}

/** What an operation answers; a string is XML. */
export interface S3Answer {
  /** Default 200. */
  status?: number;
  headers?: Record<string, string | number | undefined>;
  body?: string | Readable;
}

/** One operation of S3. Throws S3Error. */
export type S3Operation = (request: S3Request, state: S3State) => S3Answer | Promise<S3Answer>;
