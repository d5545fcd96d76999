import type { Readable } from 'node:stream';
import {
  GetObjectCommand,
  GetObjectTaggingCommand,
  HeadObjectCommand,
  ListObjectVersionsCommand,
  type ListObjectVersionsOutput,
  PutObjectTaggingCommand,
  S3Client,
  S3ServiceException,
  type Tag,
} from '@aws-sdk/client-s3';
import { localRegion } from '../local-service.ts';

/** One version of an object. */
export interface ObjectVersion {
  bucket: string;
  key: string;
  versionId: string;
}

/** The buckets as the scanner sees them: content to read, and a tag that says what came of it. */
export interface ScannedObjects {
  /** Undefined if there is no such version. */
  read(object: ObjectVersion): Promise<{ content: Readable; eTag: string } | undefined>;
  /** Id of that version, or of the newest; undefined if there is none. */
  find(
    object: Omit<ObjectVersion, 'versionId'> & { versionId?: string | undefined },
  ): Promise<string | undefined>;
  /** Sets the status tag beside the object's other tags, or removes it. */
  setStatus(object: ObjectVersion, status: string | undefined): Promise<void>;
  /** Versions that have no status tag. */
  withoutStatus(bucket: string): AsyncIterable<ObjectVersion>;
  close(): void;
}

const statusTag = 'GuardDutyMalwareScanStatus';

/** Reads and tags over the S3 protocol at the endpoint. */
export function createScannedObjects(endpoint: () => string): ScannedObjects {
  let connected: S3Client | undefined;
  const s3 = (): S3Client => {
    connected ??= new S3Client({
      endpoint: endpoint(),
      region: localRegion,
      forcePathStyle: true,
      credentials: { accessKeyId: 'local', secretAccessKey: 'local' },
    });
    return connected;
  };

  const read: ScannedObjects['read'] = (object) =>
    ifThere(async () => {
      const { Body, ETag = '' } = await s3().send(new GetObjectCommand(inS3(object)));
      return { content: Body as Readable, eTag: ETag.replaceAll('"', '') };
    });

  const tagsOf = async (object: ObjectVersion): Promise<Tag[]> =>
    (await s3().send(new GetObjectTaggingCommand(inS3(object)))).TagSet ?? [];

  return {
    read,
    find: ({ bucket: Bucket, key: Key, versionId: VersionId }) =>
      ifThere(async () => {
        const facts = await s3().send(new HeadObjectCommand({ Bucket, Key, VersionId }));
        return VersionId ?? facts.VersionId ?? 'null';
      }),
    setStatus: async (object, status) => {
      const others = (await tagsOf(object)).filter(({ Key }) => Key !== statusTag);
      const TagSet = status === undefined ? others : [...others, { Key: statusTag, Value: status }];
      await s3().send(new PutObjectTaggingCommand({ ...inS3(object), Tagging: { TagSet } }));
    },
    withoutStatus: async function* (bucket) {
      let marker: Pick<ListObjectVersionsOutput, 'NextKeyMarker' | 'NextVersionIdMarker'> | undefined = {};
      while (marker) {
        const page: ListObjectVersionsOutput = await s3().send(
          new ListObjectVersionsCommand({
            Bucket: bucket,
            KeyMarker: marker.NextKeyMarker,
            VersionIdMarker: marker.NextVersionIdMarker,
          }),
        );
        for (const { Key: key = '', VersionId: versionId = 'null' } of page.Versions ?? []) {
          const object = { bucket, key, versionId };
          const tags = await ifThere(() => tagsOf(object));
          if (tags && !tags.some(({ Key }) => Key === statusTag)) yield object;
        }
        marker = page.IsTruncated ? page : undefined;
      }
    },
    close: () => connected?.destroy(),
  };
}

function inS3({ bucket, key, versionId }: ObjectVersion): { Bucket: string; Key: string; VersionId: string } {
  return { Bucket: bucket, Key: key, VersionId: versionId };
}

/** S3 says 404 for a missing object or version, 405 for a delete marker, 400 for an id that is none. */
async function ifThere<Result>(ask: () => Promise<Result>): Promise<Result | undefined> {
  try {
    return await ask();
  } catch (error) {
    const status = error instanceof S3ServiceException ? error.$metadata.httpStatusCode : undefined;
    if (status === 404 || status === 405 || status === 400) return undefined;
    throw error;
  }
}
