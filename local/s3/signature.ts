import { createHash, createHmac, timingSafeEqual } from 'node:crypto';
import { localCredentials } from '../local-service.ts';
import { S3Error } from './s3-error.ts';
import type { S3Request } from './s3-request.ts';

const algorithm = 'AWS4-HMAC-SHA256';

/**
 * Checks a presigned URL: made with the local credentials for this very request, and not expired. Throws S3Error
 * AccessDenied or SignatureDoesNotMatch.
 */
export function checkPresignedUrl(request: S3Request, now: number): void {
  const { query } = request;
  const credential = query.get('X-Amz-Credential') ?? '';
  const date = query.get('X-Amz-Date') ?? '';
  const expiresSeconds = Number(query.get('X-Amz-Expires') ?? Number.NaN);
  if (query.get('X-Amz-Algorithm') !== algorithm || !(expiresSeconds >= 0 && expiresSeconds <= 604_800)) {
    throw new S3Error(
      'AuthorizationQueryParametersError',
      'X-Amz-Algorithm must be AWS4-HMAC-SHA256 and X-Amz-Expires between 0 and a week in seconds',
    );
  }
  if (!(readAmzDate(date) + expiresSeconds * 1000 > now)) {
    throw new S3Error('AccessDenied', 'Request has expired', {
      details: { 'X-Amz-Expires': expiresSeconds, ServerTime: new Date(now).toISOString() },
    });
  }
  const names = (query.get('X-Amz-SignedHeaders') ?? '').split(';');
  const canonical = [
    request.method,
    request.rawPath
      .split('/')
      .map((part) => encode(decodeURIComponent(part)))
      .join('/'),
    canonicalQuery(query),
    ...names.map((name) => `${name}:${(request.header(name) ?? '').trim().replace(/ +/g, ' ')}`),
    '',
    names.join(';'),
    query.get('X-Amz-Content-Sha256') ?? 'UNSIGNED-PAYLOAD',
  ].join('\n');
  const scope = credential.slice(credential.indexOf('/') + 1);
  const stringToSign = [algorithm, date, scope, createHash('sha256').update(canonical).digest('hex')].join(
    '\n',
  );
  checkSignature({ credential, stringToSign, signature: query.get('X-Amz-Signature') ?? '' });
}

/** Checks what a string was signed with: the local credentials, for S3. Throws S3Error. */
export function checkSignature(signed: {
  /** `KEY-ID/YYYYMMDD/REGION/s3/aws4_request` */
  credential: string;
  stringToSign: string;
  /** Hex. */
  signature: string;
}): void {
  const [keyId = '', day = '', region = '', service = '', end = ''] = signed.credential.split('/');
  if (keyId !== localCredentials.accessKeyId) {
    throw new S3Error(
      'InvalidAccessKeyId',
      `The AWS Access Key Id you provided does not exist in our records. Sign with AWS_ACCESS_KEY_ID=${localCredentials.accessKeyId} AWS_SECRET_ACCESS_KEY=${localCredentials.secretAccessKey}`,
      {
        details: { AWSAccessKeyId: keyId },
      },
    );
  }
  const key = [day, region, service, end].reduce<string | Buffer>(
    (secret, part) => createHmac('sha256', secret).update(part).digest(),
    `AWS4${localCredentials.secretAccessKey}`,
  );
  const expected = createHmac('sha256', key).update(signed.stringToSign).digest();
  const given = Buffer.from(signed.signature, 'hex');
  if (service === 's3' && given.length === expected.length && timingSafeEqual(given, expected)) return;
  throw new S3Error(
    'SignatureDoesNotMatch',
    'The request signature we calculated does not match the signature you provided. Check your key and signing method.',
  );
}

/** All but the signature, encoded and sorted by name and then by value. */
function canonicalQuery(query: URLSearchParams): string {
  return [...query]
    .filter(([name]) => name !== 'X-Amz-Signature')
    .map(([name, value]) => [encode(name), encode(value)] as const)
    .sort(([a, x], [b, y]) => (a < b || (a === b && x < y) ? -1 : 1))
    .map((pair) => pair.join('='))
    .join('&');
}

/** Percent-encodes as SigV4 does: all but letters, digits and - . _ ~ */
function encode(text: string): string {
  return encodeURIComponent(text).replace(
    /[!'()*]/g,
    (character) => `%${character.charCodeAt(0).toString(16).toUpperCase()}`,
  );
}

/** Milliseconds since 1970 of `20260101T000000Z`; NaN if it is no such time. */
function readAmzDate(text: string): number {
  return Date.parse(text.replace(/^(\d{4})(\d\d)(\d\d)T(\d\d)(\d\d)(\d\d)Z$/, '$1-$2-$3T$4:$5:$6Z'));
}
