import { once } from 'node:events';
import { Busboy, type BusboyFileStream } from '@fastify/busboy';
import type { Segment } from './content-store.ts';
import { readDescription, versionHeader } from './describe-object.ts';
import { storeObject } from './objects.ts';
import { checkPostPolicy, type PostFields, type SizeBounds } from './post-policy.ts';
import { S3Error } from './s3-error.ts';
import type { S3Operation, S3State } from './s3-operation.ts';
import type { S3Request } from './s3-request.ts';
import { writeXml } from './s3-xml.ts';
import { readTagXml } from './tags.ts';

/**
 * PostObject: a browser's upload of a form. The fields come first and are checked against their policy before the first
 * byte of the file is kept; the file is cut off where it exceeds the policy's size. Fields behind the file are ignored.
 */
export const postObject: S3Operation = async (request, state) => {
  const bucket = state.buckets.get(request.bucket);
  const form = await readForm(request);
  const { fields } = form;
  // biome-ignore lint/suspicious/noTemplateCurlyInString: S3's own placeholder
  const key = (fields.get('key') ?? '').replaceAll('${filename}', form.fileName);
  if (key === '') throw new S3Error('InvalidArgument', "Bucket POST must contain a field named 'key'.");
  if (Buffer.byteLength(key) > 1024) throw new S3Error('KeyTooLongError', 'Your key is too long');
  const bounds = checkPostPolicy({ fields, bucket: bucket.name, now: state.now() });
  const tagging = fields.get('tagging');
  const description = {
    ...readDescription(Object.fromEntries(fields)),
    ...(tagging === undefined ? {} : { tags: readTagXml(tagging) }),
  };
  const { segment, digests } = await state.content.write(within(bounds, form.file), ['MD5']);
  await form.end(segment, state);
  const version = storeObject(state, bucket, request, {
    key,
    deleteMarker: false,
    eTag: digests.get('MD5')?.toString('hex') ?? '',
    sizeBytes: segment.sizeBytes,
    segments: [segment],
    ...description,
  });
  const location = `http://${request.header('host')}/${bucket.name}/${encodeURIComponent(key)}`;
  const headers = { etag: `"${version.eTag}"`, location, ...versionHeader(bucket, version) };
  const redirect = fields.get('success_action_redirect');
  if (redirect !== undefined && URL.canParse(redirect)) {
    const to = new URL(redirect);
    for (const [name, value] of Object.entries({ bucket: bucket.name, key, etag: headers.etag })) {
      to.searchParams.set(name, value);
    }
    return { status: 303, headers: { ...headers, location: to.href } };
  }
  const status = fields.get('success_action_status');
  if (status !== '201') return { status: status === '200' ? 200 : 204, headers };
  const content = { Location: location, Bucket: bucket.name, Key: key, ETag: headers.etag };
  return { status: 201, headers, body: writeXml('PostResponse', content, { plain: true }) };
};

interface Form {
  fields: PostFields;
  file: BusboyFileStream;
  fileName: string;
  /** Answers when the form has ended as a form must; removes the content if it did not. */
  end(segment: Segment, state: S3State): Promise<void>;
}

/** Reads the fields up to the file. Throws S3Error if there is none. */
async function readForm({ message }: S3Request): Promise<Form> {
  const fields: PostFields = new Map();
  const malformed = (reason: string) =>
    new S3Error(
      'MalformedPOSTRequest',
      `The body of your POST request is not well-formed multipart/form-data: ${reason}`,
    );
  let parser: InstanceType<typeof Busboy>;
  try {
    parser = new Busboy({
      headers: { ...message.headers, 'content-type': message.headers['content-type'] ?? '' },
      isPartAFile: (name) => name?.toLowerCase() === 'file',
      preservePath: true,
      limits: { files: 1, fieldSize: 20_480, fields: 100, headerSize: 8192 },
    });
  } catch (error) {
    throw malformed((error as Error).message);
  }
  const broken = new Promise<never>((_resolve, reject) => {
    parser.once('error', (error: Error) => reject(malformed(error.message)));
    message.once('error', reject);
    message.once('close', () => {
      if (!message.complete) reject(malformed('it ends early'));
    });
  });
  broken.catch(() => {});
  const finished = once(parser, 'finish');
  finished.catch(() => {});
  const arrived = new Promise<Omit<Form, 'fields' | 'end'>>((resolve, reject) => {
    let bytes = 0;
    parser.on('field', (name, value, _nameTruncated, valueTruncated) => {
      bytes += name.length + Buffer.byteLength(value);
      if (valueTruncated || bytes > 20_480) {
        reject(
          new S3Error(
            'MaxPostPreDataLengthExceeded',
            'Your POST request fields preceding the upload file were too large.',
          ),
        );
      }
      fields.set(name.toLowerCase(), value);
    });
    parser.on('file', (_name, file, fileName) => resolve({ file, fileName: fileName ?? '' }));
    parser.once('finish', () =>
      reject(new S3Error('InvalidArgument', 'POST requires exactly one file upload per request.')),
    );
  });
  message.pipe(parser);
  try {
    const form = await Promise.race([arrived, broken]);
    broken.catch((error) => form.file.destroy(error as Error));
    return {
      ...form,
      fields: new Map(fields),
      end: async (segment, state) => {
        try {
          await Promise.race([finished, broken]);
        } catch (error) {
          state.content.remove([segment]);
          throw error;
        }
      },
    };
  } catch (error) {
    message.unpipe(parser);
    throw error;
  }
}

/** The file's bytes as long as they keep within the bounds. */
async function* within(bounds: SizeBounds, file: AsyncIterable<Buffer>): AsyncGenerator<Buffer> {
  let sizeBytes = 0;
  for await (const chunk of file) {
    sizeBytes += chunk.length;
    if (sizeBytes > bounds.maximumBytes) {
      throw new S3Error('EntityTooLarge', 'Your proposed upload exceeds the maximum allowed size', {
        details: { ProposedSize: sizeBytes, MaxSizeAllowed: bounds.maximumBytes },
      });
    }
    yield chunk;
  }
  if (sizeBytes < bounds.minimumBytes) {
    throw new S3Error('EntityTooSmall', 'Your proposed upload is smaller than the minimum allowed size', {
      details: { ProposedSize: sizeBytes, MinSizeAllowed: bounds.minimumBytes },
    });
  }
}
