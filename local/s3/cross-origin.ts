import type { S3Request } from './s3-request.ts';

/**
 * Headers that let a page from another port of this machine upload and download with what was presigned for it. A page
 * from anywhere else gets none, and none may send an Authorization header, which the wildcard does not cover.
 */
export function crossOriginHeaders(request: S3Request): Record<string, string> {
  const origin = request.header('origin');
  if (origin === undefined || !isLoopback(origin)) return {};
  return {
    'access-control-allow-origin': origin,
    'access-control-allow-methods': 'GET, HEAD, POST, PUT',
    'access-control-allow-headers': '*',
    'access-control-expose-headers': 'ETag, Location, x-amz-version-id, x-amz-request-id',
    'access-control-max-age': '600',
    vary: 'Origin',
  };
}

function isLoopback(origin: string): boolean {
  return URL.canParse(origin) && ['127.0.0.1', 'localhost', '[::1]'].includes(new URL(origin).hostname);
}
