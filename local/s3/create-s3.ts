import type { IncomingMessage, ServerResponse } from 'node:http';
import { join } from 'node:path';
import { pipeline } from 'node:stream/promises';
import type { LocalService } from '../local-service.ts';
import { openBucketStore } from './bucket-store.ts';
import { openContentStore } from './content-store.ts';
import { crossOriginHeaders } from './cross-origin.ts';
import { findOperation } from './find-operation.ts';
import { listUploadedParts, listUploads, sweepUploads } from './multipart-uploads.ts';
import { S3Error } from './s3-error.ts';
import type { S3Answer, S3State } from './s3-operation.ts';
import { readRequest, type S3Request } from './s3-request.ts';
import { writeXml } from './s3-xml.ts';
import { checkPresignedUrl } from './signature.ts';

/** An object that was just stored: put, posted, copied or completed. */
export interface CreatedObject {
  bucket: string;
  key: string;
  /** The word `null` where the bucket is not versioned. */
  versionId: string;
  /** Without quotes. */
  eTag: string;
  sizeBytes: number;
}

/** Where the local S3 keeps everything. */
export interface LocalS3Options {
  stateDirectory: string;
  /** Not needed: answers name the host that was asked. */
  endpoint?: () => string;
}

/** The local S3. */
export interface LocalS3 extends LocalService {
  /** Makes the bucket if it is not there yet, and sets whether it keeps versions. */
  createBucket(name: string, options: { versioned: boolean }): Promise<void>;
  /** Tells of every new object from now on; the answer ends it. */
  onObjectCreated(listener: (object: CreatedObject) => void): () => void;
  /** Answers when the files are at rest. */
  close(): Promise<void>;
}

/**
 * An S3 of this machine: path style, REST XML, contents in files and each version's description in a JSON file beside,
 * written so that a kill leaves either a whole object or none. It checks the signatures of what was presigned; any other
 * request has but to be signed.
 */
export function createS3({ stateDirectory }: LocalS3Options): LocalS3 {
  const listeners = new Set<(object: CreatedObject) => void>();
  const state: S3State = {
    buckets: openBucketStore(join(stateDirectory, 'buckets')),
    content: openContentStore(join(stateDirectory, 'content')),
    now: Date.now,
    created: (bucket, { key, versionId, eTag, sizeBytes }) => {
      for (const listener of listeners) {
        try {
          listener({ bucket: bucket.name, key, versionId, eTag, sizeBytes });
        } catch (error) {
          console.error(error);
        }
      }
    },
  };
  const swept = sweep(state);

  return {
    signingNames: ['s3'],
    createBucket: async (name, { versioned }) => {
      const bucket = state.buckets.all().find((one) => one.name === name) ?? state.buckets.create(name);
      if (versioned) bucket.setVersioning('Enabled');
      else if (bucket.versioning() === 'Enabled') bucket.setVersioning('Suspended');
    },
    onObjectCreated: (listener) => {
      listeners.add(listener);
      return () => listeners.delete(listener);
    },
    close: async () => {
      await swept;
      await state.content.close();
    },
    handle: async (message, response) => {
      const requestId = crypto.randomUUID().replaceAll('-', '').slice(0, 16).toUpperCase();
      response.setHeader('x-amz-request-id', requestId);
      try {
        await swept;
        const request = readRequest(message, response);
        for (const [name, value] of Object.entries(crossOriginHeaders(request)))
          response.setHeader(name, value);
        await send(message, response, await answer(request, state));
      } catch (error) {
        await refuse(message, response, error, requestId);
      }
    },
  };
}

async function sweep({ buckets, content }: S3State): Promise<void> {
  for (const bucket of buckets.all()) sweepUploads(bucket);
  const segments = buckets
    .all()
    .flatMap((bucket) => [
      ...[...bucket.everything()].flatMap((version) => version.segments),
      ...listUploads(bucket).flatMap(({ uploadId }) =>
        listUploadedParts(bucket, uploadId).map((part) => part.segment),
      ),
    ]);
  await content.removeAllBut(segments);
}

async function answer(request: S3Request, state: S3State): Promise<S3Answer> {
  if (request.method === 'OPTIONS') return {};
  const isForm = request.header('content-type')?.toLowerCase().startsWith('multipart/form-data') ?? false;
  if (request.query.has('X-Amz-Signature')) checkPresignedUrl(request, state.now());
  else if (request.header('authorization') === undefined && !(request.method === 'POST' && isForm)) {
    throw new S3Error('AccessDenied', 'Access Denied');
  }
  return findOperation(request)(request, state);
}

async function send(message: IncomingMessage, response: ServerResponse, answer: S3Answer): Promise<void> {
  const { status = 200, headers = {}, body } = answer;
  for (const [name, value] of Object.entries(headers)) {
    if (value !== undefined) response.setHeader(name, typeof value === 'string' ? headerText(value) : value);
  }
  if (typeof body === 'object') {
    response.writeHead(status);
    await pipeline(body, response).catch((error: NodeJS.ErrnoException) => {
      if (error.code === 'ENOENT') console.error(error);
      response.destroy();
    });
    return;
  }
  if (body !== undefined) response.setHeader('content-type', 'application/xml');
  endUnreadBody(message);
  response.writeHead(status);
  response.end(message.method === 'HEAD' ? undefined : body);
}

/** S3 gives back what a header cannot carry, such as metadata that is not ASCII, encoded by RFC 2047. */
function headerText(value: string): string {
  if (/^[\x20-\x7e]*$/.test(value)) return value;
  return `=?UTF-8?B?${Buffer.from(value).toString('base64')}?=`;
}

async function refuse(
  message: IncomingMessage,
  response: ServerResponse,
  error: unknown,
  requestId: string,
): Promise<void> {
  if (response.headersSent || response.destroyed) {
    response.destroy();
    return;
  }
  if (!(error instanceof S3Error)) console.error(error);
  const known = error instanceof S3Error ? error : new S3Error('InternalError', String(error));
  const body = writeXml(
    'Error',
    { Code: known.code, Message: known.message, ...known.details, RequestId: requestId, HostId: 'local' },
    { plain: true },
  );
  const hasBody = message.method !== 'HEAD' && known.status !== 304;
  await send(message, response, {
    status: known.status,
    headers: known.headers,
    ...(hasBody ? { body } : {}),
  });
}

/**
 * A client that still sends is let finish for two seconds after its answer: closed at once, its connection would be
 * reset and the answer lost with it.
 */
function endUnreadBody(message: IncomingMessage): void {
  if (message.complete) return;
  const cut = setTimeout(() => message.destroy(), 2000);
  for (const end of ['end', 'close']) message.once(end, () => clearTimeout(cut));
  message.unpipe();
  message.resume();
}
