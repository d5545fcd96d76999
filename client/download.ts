import { GetObjectCommand, type S3Client } from '@aws-sdk/client-s3';
import { getSignedUrl } from '@aws-sdk/s3-request-presigner';
import type { RunStatus } from '../ledger/ledger.ts';
import { type FileRef, fileRef } from '../tasks/define-task.ts';

/** How a run's file is handed out. */
export interface DownloadOptions {
  /** Which of the result's files, by the name of its field; needed if there are several. */
  field?: string;
  /** What the browser calls the file. Default: the end of its key. */
  fileName?: string;
  /** For how long the link opens, 1 to 3600; it ends earlier if the session that signed it does. Default 300. */
  expiresSeconds?: number;
}

/** The run is not done, or its result names no such file: the text says which. */
export class NoDownload extends Error {
  override readonly name = 'NoDownload';
}

const longestSeconds = 3600;

/** A link to a file of a run's result. Throws NoDownload; RangeError for an expiry out of bounds. */
export async function presignDownload(
  s3: S3Client,
  status: RunStatus,
  { field, fileName, expiresSeconds = 300 }: DownloadOptions = {},
): Promise<string> {
  if (!Number.isInteger(expiresSeconds) || expiresSeconds < 1 || expiresSeconds > longestSeconds) {
    throw new RangeError(
      `expiresSeconds must be a whole number from 1 to ${longestSeconds}, got ${expiresSeconds}`,
    );
  }
  const { bucket, key, versionId } = fileOf(status, field);
  const command = new GetObjectCommand({
    Bucket: bucket,
    Key: key,
    ...(versionId === undefined ? {} : { VersionId: versionId }),
    ResponseContentDisposition: attachment(fileName ?? key.split('/').at(-1) ?? key),
  });
  return getSignedUrl(s3, command, { expiresIn: expiresSeconds });
}

/** The file that the run's result names. Throws NoDownload. */
function fileOf({ runId, state, result }: RunStatus, field: string | undefined): FileRef {
  if (state !== 'done') throw new NoDownload(`Run ${runId} is ${state}, not done: it has no result`);
  const files = new Map(
    Object.entries(result ?? {}).flatMap(([name, value]) => {
      const parsed = fileRef.safeParse(value);
      return parsed.success ? [[name, parsed.data] as const] : [];
    }),
  );
  const names = [...files.keys()].join(', ') || 'none';
  const [only] = files.values();
  const file = field === undefined ? only : files.get(field);
  if (!file) {
    const wanted = field === undefined ? 'file' : `file ${JSON.stringify(field)}`;
    throw new NoDownload(`The result of run ${runId} has no ${wanted} (files: ${names})`);
  }
  if (field === undefined && files.size > 1) {
    throw new NoDownload(`The result of run ${runId} has several files: name one as field (${names})`);
  }
  return file;
}

/** A name for old browsers and the whole one for all others, so that no character of it ends the header early. */
function attachment(fileName: string): string {
  const ascii = fileName.replace(/[^\x20-\x7e]|["\\%]/g, '_');
  const encoded = encodeURIComponent(fileName.toWellFormed()).replace(
    /['()*]/g,
    (character) => `%${character.charCodeAt(0).toString(16)}`,
  );
  return `attachment; filename="${ascii}"; filename*=UTF-8''${encoded}`;
}
