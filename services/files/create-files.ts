import { addAbortSignal, Readable } from 'node:stream';
import {
  CopyObjectCommand,
  DeleteObjectCommand,
  GetObjectCommand,
  HeadObjectCommand,
  type S3Client,
} from '@aws-sdk/client-s3';
import { Upload } from '@aws-sdk/lib-storage';
import { deleteAllVersions } from './delete-all-versions.ts';
import { FileChanged, FileNotFound, type Files, type FileVersion } from './files.ts';

/** Files over S3. Its role needs s3:ListBucket too: without it S3 answers 403 in place of 404. */
export function createFiles(s3: S3Client): Files {
  return {
    head: async (file) => {
      const found = await s3.send(new HeadObjectCommand(address(file))).catch(async (error: unknown) => {
        if (isNotThere(statusOf(error) === 400 ? await reasonOf(s3, file, error) : error)) return undefined;
        throw error;
      });
      if (!found) return undefined;
      return {
        // S3 calls the one version of an object in a bucket without versions so.
        versionId: found.VersionId ?? 'null',
        eTag: unquoted(found.ETag),
        sizeBytes: found.ContentLength ?? 0,
        ...(found.ContentType === undefined ? {} : { contentType: found.ContentType }),
        metadata: found.Metadata ?? {},
      };
    },

    read: (file, signal) => read(s3, file, { signal }),

    readPart: (file, { start, end }, signal) =>
      read(s3, file, { range: `bytes=${start}-${end - 1}`, signal }),

    write: async ({ bucket, key, contentType, metadata }, content, signal) => {
      const source = guarded(content, signal);
      let sizeBytes = 0;
      const counted = async function* () {
        for await (const chunk of source) {
          const bytes = typeof chunk === 'string' ? Buffer.from(chunk) : (chunk as Buffer);
          sizeBytes += bytes.length;
          yield bytes;
        }
      };
      // Aborting ends the content and not the upload, which would answer before its requests in flight have ended:
      // so nothing is stored behind the back of who was told that it failed.
      const Body = Readable.from(counted(), { objectMode: false });
      const params = { Bucket: bucket, Key: key, ContentType: contentType, Body };
      const upload = new Upload({
        client: s3,
        params: metadata === undefined ? params : { ...params, Metadata: metadata },
      });
      try {
        const { VersionId } = await upload.done();
        return { ...(VersionId === undefined ? {} : { versionId: VersionId }), sizeBytes };
      } finally {
        content.destroy();
      }
    },

    copy: async (from, to) => {
      const copy = new CopyObjectCommand({
        Bucket: to.bucket,
        Key: to.key,
        CopySource: `${from.bucket}/${encodeURIComponent(from.key)}?versionId=${encodeURIComponent(from.versionId)}`,
        CopySourceIfMatch: `"${from.eTag}"`,
        // Tags belong to the object that was scanned, and copying them takes rights of its own.
        TaggingDirective: 'REPLACE',
      });
      const { VersionId } = await s3.send(copy).catch((error: unknown) => {
        if (statusOf(error) === 412) {
          throw new FileChanged(`${describe(from)} no longer has the eTag ${from.eTag}`, { cause: error });
        }
        throw isNotThere(error) ? notFound(from, error) : error;
      });
      return VersionId === undefined ? {} : { versionId: VersionId };
    },

    deleteVersion: async (file) => {
      await s3.send(new DeleteObjectCommand(address(file)));
    },

    deleteAllVersions: (file) => deleteAllVersions(s3, file),
  };
}

async function read(
  s3: S3Client,
  file: FileVersion,
  { range, signal }: { range?: string; signal: AbortSignal | undefined },
): Promise<Readable> {
  const options = signal ? { abortSignal: signal } : {};
  const request = new GetObjectCommand({
    ...address(file),
    ...(range === undefined ? {} : { Range: range }),
  });
  const { Body } = await s3.send(request, options).catch((error: unknown) => {
    throw isNotThere(error) ? notFound(file, error) : error;
  });
  if (!(Body instanceof Readable)) throw new Error(`S3 answered without content for ${describe(file)}`);
  return guarded(Body, signal);
}

/**
 * Ends the stream with an error when the signal is aborted. An error that nobody listens to would end the process, and
 * whoever reads a stream may begin late or have stopped; who does read is told all the same.
 */
function guarded(stream: Readable, signal: AbortSignal | undefined): Readable {
  stream.on('error', () => undefined);
  return signal ? addAbortSignal(signal, stream) : stream;
}

function address({ bucket, key, versionId }: FileVersion) {
  return { Bucket: bucket, Key: key, ...(versionId === undefined ? {} : { VersionId: versionId }) };
}

/**
 * S3 answers 404 for an object, version or bucket that is not there, 405 for a delete marker that is named, and
 * InvalidArgument for a version id that none of its versions could have.
 */
function isNotThere(error: unknown): boolean {
  const status = statusOf(error);
  return status === 404 || status === 405 || (status === 400 && (error as Error).name === 'InvalidArgument');
}

/** The answer to a HEAD has no body and so no code: asks for the first byte to learn it. */
async function reasonOf(s3: S3Client, file: FileVersion, headError: unknown): Promise<unknown> {
  try {
    const { Body } = await s3.send(new GetObjectCommand({ ...address(file), Range: 'bytes=0-0' }));
    if (Body instanceof Readable) Body.destroy();
    return headError;
  } catch (error) {
    return error;
  }
}

function statusOf(error: unknown): number | undefined {
  return (error as { $metadata?: { httpStatusCode?: number } }).$metadata?.httpStatusCode;
}

function notFound(file: FileVersion, cause: unknown): FileNotFound {
  return new FileNotFound(`There is no ${describe(file)} (${(cause as Error).name})`, { cause });
}

function describe({ bucket, key, versionId }: FileVersion): string {
  return `s3://${bucket}/${key}${versionId === undefined ? '' : ` in version ${versionId}`}`;
}

const unquoted = (eTag: string | undefined) => (eTag ?? '').replaceAll('"', '');
