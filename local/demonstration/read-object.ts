import { createHash } from 'node:crypto';
import { GetObjectCommand, ListObjectVersionsCommand, type S3Client } from '@aws-sdk/client-s3';
import { parse } from 'csv-parse/sync';
import { fileRef } from '../../tasks/define-task.ts';

/** A CSV in a bucket, read whole: reports of a demonstration are small. */
export interface ReadCsv {
  place: string;
  text: string;
  sha256: string;
  rows: Record<string, string>[];
}

/** Reads the CSV that a run's result points to; undefined if it points to none. */
export async function readCsv(s3: S3Client, reference: unknown): Promise<ReadCsv | undefined> {
  const file = fileRef.safeParse(reference).data;
  if (!file) return undefined;
  const { Body } = await s3.send(
    new GetObjectCommand({ Bucket: file.bucket, Key: file.key, VersionId: file.versionId }),
  );
  const bytes = Buffer.from((await Body?.transformToByteArray()) ?? []);
  const text = bytes.toString('utf8');
  return {
    place: `s3://${file.bucket}/${file.key}`,
    text,
    sha256: createHash('sha256').update(bytes).digest('hex'),
    rows: parse<Record<string, string>>(text, { bom: true, columns: true }),
  };
}

/** How many versions and delete markers there are under a key. */
export async function countVersions(s3: S3Client, Bucket: string, Key: string): Promise<number> {
  const { Versions = [], DeleteMarkers = [] } = await s3.send(
    new ListObjectVersionsCommand({ Bucket, Prefix: Key }),
  );
  return [...Versions, ...DeleteMarkers].filter((one) => one.Key === Key).length;
}
