import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import {
  AbortMultipartUploadCommand,
  CreateBucketCommand,
  DeleteBucketCommand,
  DeleteObjectsCommand,
  ListMultipartUploadsCommand,
  ListObjectVersionsCommand,
  PutBucketVersioningCommand,
  S3Client,
} from '@aws-sdk/client-s3';
import { localCredentials, localRegion } from '../../local/local-service.ts';
import { serveS3 } from '../../local/s3/serve-s3.ts';

/** The S3 that a conformance suite speaks to. */
export interface S3UnderTest {
  client: S3Client;
  endpoint: string;
  /** Makes a bucket of its own for a suite. */
  createBucket(options?: { versioned?: boolean }): Promise<string>;
  /** Removes what was made. */
  close(): Promise<void>;
}

/**
 * Opens the endpoint of S3_CONFORMANCE_ENDPOINT, with region and credentials of the environment, or else a local S3 of
 * its own.
 */
export async function openS3UnderTest(): Promise<S3UnderTest> {
  const given = process.env.S3_CONFORMANCE_ENDPOINT;
  const folder = mkdtempSync(join(tmpdir(), 's3-conformance-'));
  const local = given === undefined ? await serveS3(folder) : undefined;
  const endpoint = given ?? local?.endpoint ?? '';
  const client = new S3Client({
    endpoint,
    forcePathStyle: true,
    ...(local ? { region: localRegion, credentials: localCredentials } : {}),
  });
  const made: string[] = [];
  return {
    client,
    endpoint,
    createBucket: async ({ versioned = true } = {}) => {
      const name = `conformance-${crypto.randomUUID()}`;
      const region = await client.config.region();
      await client.send(
        new CreateBucketCommand({
          Bucket: name,
          ...(region === 'us-east-1'
            ? {}
            : { CreateBucketConfiguration: { LocationConstraint: region as 'eu-west-2' } }),
        }),
      );
      made.push(name);
      if (versioned) {
        await client.send(
          new PutBucketVersioningCommand({ Bucket: name, VersioningConfiguration: { Status: 'Enabled' } }),
        );
      }
      return name;
    },
    close: async () => {
      for (const name of made) await removeBucket(client, name);
      client.destroy();
      await local?.close();
      rmSync(folder, { recursive: true, force: true });
    },
  };
}

async function removeBucket(client: S3Client, Bucket: string): Promise<void> {
  const { Uploads = [] } = await client.send(new ListMultipartUploadsCommand({ Bucket }));
  for (const { Key, UploadId } of Uploads) {
    await client.send(new AbortMultipartUploadCommand({ Bucket, Key, UploadId }));
  }
  for (;;) {
    const { Versions = [], DeleteMarkers = [] } = await client.send(
      new ListObjectVersionsCommand({ Bucket }),
    );
    const Objects = [...Versions, ...DeleteMarkers].map(({ Key, VersionId }) => ({ Key, VersionId }));
    if (Objects.length === 0) break;
    await client.send(new DeleteObjectsCommand({ Bucket, Delete: { Objects } }));
  }
  await client.send(new DeleteBucketCommand({ Bucket }));
}
