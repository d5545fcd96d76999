import { existsSync, mkdirSync, readdirSync, renameSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import type { Bucket } from './bucket.ts';
import type { ChecksumAlgorithm } from './checksums.ts';
import type { Segment } from './content-store.ts';
import { readJsonFile, readJsonFiles, writeJsonFile } from './json-file.ts';
import type { ObjectDescription } from './object-version.ts';
import { S3Error } from './s3-error.ts';

/** An upload in parts that is not completed yet. */
export interface MultipartUpload extends ObjectDescription {
  uploadId: string;
  key: string;
  /** Milliseconds since 1970. */
  startedAt: number;
  checksumAlgorithm?: ChecksumAlgorithm;
  checksumType?: 'FULL_OBJECT' | 'COMPOSITE';
}

/** One part of it. */
export interface UploadedPart {
  number: number;
  eTag: string;
  segment: Segment;
  modifiedAt: number;
  /** Base64. */
  checksum?: string;
}

const folder = (bucket: Bucket, uploadId: string) => join(bucket.directory, 'uploads', uploadId);

/** Writes down a new upload. */
export function startUpload(
  bucket: Bucket,
  upload: Omit<MultipartUpload, 'uploadId' | 'startedAt'>,
): MultipartUpload {
  const started = { ...upload, uploadId: crypto.randomUUID().replaceAll('-', ''), startedAt: Date.now() };
  const making = `${folder(bucket, started.uploadId)}.new`;
  mkdirSync(making);
  writeJsonFile(join(making, 'upload.json'), started);
  renameSync(making, folder(bucket, started.uploadId));
  return started;
}

/** Finds an upload of that key. Throws S3Error NoSuchUpload. */
export function findUpload(bucket: Bucket, uploadId: string, key: string): MultipartUpload {
  const path = join(folder(bucket, uploadId), 'upload.json');
  if (/^[0-9a-f]{32}$/.test(uploadId) && existsSync(path)) {
    const upload = readJsonFile<MultipartUpload>(path);
    if (upload.key === key) return upload;
  }
  throw new S3Error(
    'NoSuchUpload',
    'The specified upload does not exist. The upload ID may be invalid, or the upload may have been aborted or completed.',
    { details: { UploadId: uploadId } },
  );
}

/** All uploads in progress, by key and start. */
export function listUploads(bucket: Bucket): MultipartUpload[] {
  return readdirSync(join(bucket.directory, 'uploads'))
    .filter((name) => !name.includes('.'))
    .map((name) => readJsonFile<MultipartUpload>(join(bucket.directory, 'uploads', name, 'upload.json')))
    .sort((a, b) => Buffer.compare(Buffer.from(a.key), Buffer.from(b.key)) || a.startedAt - b.startedAt);
}

/** The parts that arrived, by number. */
export function listUploadedParts(bucket: Bucket, uploadId: string): UploadedPart[] {
  return readJsonFiles<UploadedPart & Partial<MultipartUpload>>(folder(bucket, uploadId))
    .filter((one) => one.uploadId === undefined)
    .sort((a, b) => a.number - b.number);
}

/** Adds a part; answers the earlier part of that number, whose content is to be removed. */
export function addPart(bucket: Bucket, uploadId: string, part: UploadedPart): UploadedPart | undefined {
  const path = join(folder(bucket, uploadId), `part-${part.number}.json`);
  const replaced = existsSync(path) ? readJsonFile<UploadedPart>(path) : undefined;
  writeJsonFile(path, part);
  return replaced;
}

/** Forgets the upload; its content stays. */
export function forgetUpload(bucket: Bucket, uploadId: string): void {
  // Renamed first, so that a kill in between leaves no half upload; a name with a dot is swept at the next start.
  const gone = `${folder(bucket, uploadId)}.gone`;
  renameSync(folder(bucket, uploadId), gone);
  rmSync(gone, { recursive: true, force: true });
}

/** Removes what a kill left: half-made and half-removed uploads, and those whose object is stored already. */
export function sweepUploads(bucket: Bucket): void {
  for (const name of readdirSync(join(bucket.directory, 'uploads'))) {
    if (name.includes('.')) rmSync(join(bucket.directory, 'uploads', name), { recursive: true, force: true });
  }
  const stored = new Set([...bucket.everything()].map((version) => version.uploadId));
  for (const { uploadId } of listUploads(bucket)) if (stored.has(uploadId)) forgetUpload(bucket, uploadId);
}
