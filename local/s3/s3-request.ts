import type { IncomingMessage, ServerResponse } from 'node:http';
import { S3Error } from './s3-error.ts';

/** A request as S3's operations see it: path style, key and query decoded. */
export interface S3Request {
  message: IncomingMessage;
  response: ServerResponse;
  method: string;
  /** Empty for the list of buckets. */
  bucket: string;
  /** Empty for the bucket itself. */
  key: string;
  /** The path as it was sent, still encoded. */
  rawPath: string;
  query: URLSearchParams;
  /** By name in lower case. Presigning moves x-amz-* headers to the query: they count as if they were sent. */
  headers: Record<string, string>;
  /** A header's value; undefined if it was not sent. */
  header(name: string): string | undefined;
}

/** Reads what is asked of which object. Dots in a key mean nothing to S3, so the path is not normalised. */
export function readRequest(message: IncomingMessage, response: ServerResponse): S3Request {
  const url = message.url ?? '/';
  const mark = url.indexOf('?');
  const rawPath = mark < 0 ? url : url.slice(0, mark);
  const slash = rawPath.indexOf('/', 1);
  const bucket = decode(rawPath.slice(1, slash < 0 ? undefined : slash));
  const key = slash < 0 ? '' : decode(rawPath.slice(slash + 1));
  if (Buffer.byteLength(key) > 1024) throw new S3Error('KeyTooLongError', 'Your key is too long');
  const query = new URLSearchParams(mark < 0 ? '' : url.slice(mark + 1));
  const headers = readHeaders(message, query);
  return {
    message,
    response,
    method: message.method ?? 'GET',
    bucket,
    key,
    rawPath,
    query,
    headers,
    header: (name) => headers[name],
  };
}

function readHeaders(message: IncomingMessage, query: URLSearchParams): Record<string, string> {
  const headers: Record<string, string> = {};
  if (query.has('X-Amz-Signature')) {
    for (const [name, value] of query) {
      if (name.toLowerCase().startsWith('x-amz-')) headers[name.toLowerCase()] = value;
    }
  }
  for (const [name, value] of Object.entries(message.headers)) {
    if (value !== undefined) headers[name] = Array.isArray(value) ? value.join(',') : value;
  }
  return headers;
}

/** Decodes a part of a path. Throws S3Error InvalidURI. */
export function decode(part: string): string {
  try {
    return decodeURIComponent(part);
  } catch {
    throw new S3Error('InvalidURI', `Couldn't parse the specified URI: ${part}`);
  }
}

/** The small body of a request, such as XML. Throws S3Error EntityTooLarge over 8 MiB. */
export async function readText(content: AsyncIterable<Buffer>): Promise<string> {
  const chunks: Buffer[] = [];
  let bytes = 0;
  for await (const chunk of content) {
    bytes += chunk.length;
    if (bytes > 8 * 1024 * 1024) throw new S3Error('EntityTooLarge', 'The XML body is larger than 8 MiB');
    chunks.push(chunk);
  }
  return Buffer.concat(chunks).toString('utf8');
}
