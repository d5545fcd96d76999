import { randomUUID } from 'node:crypto';
import type { S3Client } from '@aws-sdk/client-s3';
import { createPresignedPost } from '@aws-sdk/s3-presigned-post';
import { InvalidInput, parseInput } from '../messages/write-message.ts';
import type { Task, TaskInput } from '../tasks/define-task.ts';
import { uploadMetadata } from '../tasks/names.ts';
import { activeTraceparent } from './trace-context.ts';

/** What is to be uploaded, and what is to be done with it once it is clean. */
export interface UploadRequest<T extends Task> {
  /** A task whose input has a `file`. */
  task: T;
  /** The task's input without its `file`. */
  input: Omit<TaskInput<T>, 'file'>;
  /** The user's name for the file; what of it a key can carry becomes the key's end. Default `file`. */
  fileName?: string;
  /** The content type that the form must send; left out: none is fixed. */
  contentType?: string;
  /** Default 100 MiB, at most 5 GiB, the most that S3 copies at once. */
  maximumBytes?: number;
  /** Default and at most 900. */
  expiresSeconds?: number;
}

/** A form to be sent as multipart/form-data with all fields first and then the file, as `file`. */
export interface Upload {
  url: string;
  fields: Record<string, string>;
  /** Where the file will lie in the quarantine bucket. */
  key: string;
  /** ISO 8601. A policy signed by a role ends earlier if the role's session does. */
  expiresAt: string;
}

const largestBytes = 5 * 1024 ** 3;
const defaultBytes = 100 * 1024 ** 2;
const longestSeconds = 900;
/** S3's limit on user metadata, keys and values together. */
const metadataBytes = 2048;

/**
 * Makes a presigned POST: exactly that key, at most that size, with metadata that says which task the file is for. S3
 * holds the browser to all of it. Throws InvalidInput if the task takes no file or the input does not fit it or is more
 * than S3's 2 KB of metadata; RangeError for a size or expiry out of bounds.
 */
export async function createUpload<T extends Task>(
  { s3, bucket, source }: { s3: S3Client; bucket: string; source: string },
  request: UploadRequest<T>,
): Promise<Upload> {
  const { task, input, contentType } = request;
  const maximumBytes = within('maximumBytes', request.maximumBytes ?? defaultBytes, largestBytes);
  const expiresSeconds = within('expiresSeconds', request.expiresSeconds ?? longestSeconds, longestSeconds);
  const key = `uploads/${randomUUID()}/${keyEnd(request.fileName)}`;
  checkInput(task, input, { bucket, key });
  const Fields: Record<string, string> = {
    ...describe({ task: task.name, input: asciiJson(input), source, traceparent: activeTraceparent() }),
    ...(contentType === undefined ? {} : { 'Content-Type': contentType }),
    success_action_status: '201',
  };
  const expiresAt = new Date(Date.now() + expiresSeconds * 1000).toISOString();
  const { url, fields } = await createPresignedPost(s3, {
    Bucket: bucket,
    Key: key,
    Fields,
    Conditions: [['content-length-range', 1, maximumBytes]],
    Expires: expiresSeconds,
  });
  return { url, fields, key, expiresAt };
}

/** Checks the input as it will be once the file is known. */
function checkInput(task: Task, input: object, file: { bucket: string; key: string }): void {
  if ('file' in input) throw new InvalidInput(`The upload decides the file of ${task.name}: leave it out`);
  const data: unknown = parseInput(task, { ...input, file });
  if (typeof data === 'object' && data !== null && 'file' in data) return;
  throw new InvalidInput(
    `${task.name} takes no file: give its input a file: fileRef, or send it without upload`,
  );
}

function describe(values: {
  task: string;
  input: string;
  source: string;
  traceparent: string | undefined;
}): Record<string, string> {
  const fields = Object.fromEntries(
    (Object.keys(uploadMetadata) as (keyof typeof uploadMetadata)[]).flatMap((name) => {
      const value = values[name];
      return value === undefined ? [] : [[`x-amz-meta-${uploadMetadata[name]}`, value] as const];
    }),
  );
  // Headers carry no more than ASCII, and S3 gives anything else back in another encoding.
  if (!/^[\x20-\x7e]*$/.test(values.source)) {
    throw new InvalidInput(`The source ${JSON.stringify(values.source)} is not printable ASCII: encode it`);
  }
  const bytes = Object.entries(fields).reduce((sum, [name, value]) => sum + name.length + value.length, 0);
  if (bytes <= metadataBytes) return fields;
  throw new InvalidInput(
    `The input for ${values.task} takes ${bytes} bytes of the object's metadata, which S3 limits to ${metadataBytes}: ` +
      'send less, or a reference',
  );
}

function asciiJson(value: unknown): string {
  return JSON.stringify(value).replace(
    /[\u007f-\uffff]/g,
    (character) => `\\u${character.charCodeAt(0).toString(16).padStart(4, '0')}`,
  );
}

function keyEnd(fileName = ''): string {
  const ascii = fileName
    .normalize('NFKD')
    .replace(/[\u0300-\u036f]/g, '')
    .replace(/[^A-Za-z0-9._-]+/g, '-');
  return ascii.slice(-100).replace(/^[-.]+/, '') || 'file';
}

function within(name: string, value: number, maximum: number): number {
  if (Number.isInteger(value) && value >= 1 && value <= maximum) return value;
  throw new RangeError(`${name} must be a whole number from 1 to ${maximum}, got ${value}`);
}
