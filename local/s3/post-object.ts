import { readDescription, versionHeader } from './describe-object.ts';
import type { ObjectVersion } from './object-version.ts';
import { storeObject } from './objects.ts';
import { checkPostPolicy, type SizeBounds } from './post-policy.ts';
import { type FormFields, readForm } from './read-form.ts';
import { S3Error } from './s3-error.ts';
import type { S3Answer, S3Operation } from './s3-operation.ts';
import type { S3Request } from './s3-request.ts';
import { writeXml } from './s3-xml.ts';
import { readTagXml } from './tags.ts';

/**
 * PostObject: a browser's upload of a form. The fields come first and are checked against their policy before the first
 * byte of the file is kept; the file is cut off where it exceeds the policy's size.
 */
export const postObject: S3Operation = async (request, state) => {
  const bucket = state.buckets.get(request.bucket);
  const { fields, fileName, file } = await readForm(request.message);
  // biome-ignore lint/suspicious/noTemplateCurlyInString: S3's own placeholder
  const key = (fields.get('key') ?? '').replaceAll('${filename}', () => fileName);
  if (key === '') throw new S3Error('InvalidArgument', "Bucket POST must contain a field named 'key'.");
  if (Buffer.byteLength(key) > 1024) throw new S3Error('KeyTooLongError', 'Your key is too long');
  const bounds = checkPostPolicy({
    fields: new Map(fields).set('key', key),
    bucket: bucket.name,
    now: state.now(),
  });
  const description = readDescription(Object.fromEntries(fields));
  const tagging = fields.get('tagging');
  if (tagging !== undefined) description.tags = readTagXml(tagging);
  const { segment, digests } = await state.content.write(within(bounds, file), ['MD5']);
  const version = storeObject(state, request, {
    key,
    deleteMarker: false,
    eTag: digests.get('MD5')?.toString('hex') ?? '',
    sizeBytes: segment.sizeBytes,
    segments: [segment],
    ...description,
  });
  return answer(request, fields, version, versionHeader(bucket, version));
};

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

function answer(
  { bucket, header }: S3Request,
  fields: FormFields,
  { key, eTag }: ObjectVersion,
  version: Record<string, string | undefined>,
): S3Answer {
  const path = key.split('/').map(encodeURIComponent).join('/');
  const location = `http://${header('host')}/${bucket}/${path}`;
  const headers = { etag: `"${eTag}"`, location, ...version };
  const redirect = fields.get('success_action_redirect');
  if (redirect !== undefined && URL.canParse(redirect)) {
    const to = new URL(redirect);
    for (const [name, value] of Object.entries({ bucket, key, etag: headers.etag })) {
      to.searchParams.set(name, value);
    }
    return { status: 303, headers: { ...headers, location: to.href } };
  }
  const status = fields.get('success_action_status');
  if (status !== '201') return { status: status === '200' ? 200 : 204, headers };
  const content = { Location: location, Bucket: bucket, Key: key, ETag: headers.etag };
  return { status: 201, headers, body: writeXml('PostResponse', content, { plain: true }) };
}
