import {
  type ChecksumAlgorithm,
  checksumAlgorithm,
  checksumAlgorithms,
  checksumHeader,
  type StoredChecksum,
} from './checksums.ts';
import type { ContentStore, Segment } from './content-store.ts';
import { decodeAwsChunked } from './decode-aws-chunked.ts';
import { S3Error } from './s3-error.ts';
import type { S3Request } from './s3-request.ts';

/** Content that arrived whole and is what its sender meant. */
export interface ReceivedContent {
  segment: Segment;
  /** MD5 in hex. */
  eTag: string;
  checksum?: StoredChecksum;
}

const largestBytes = 5 * 1024 ** 3;

/**
 * Streams a request's body to a file and checks it against its length, Content-MD5, x-amz-content-sha256 and
 * x-amz-checksum-* in header or trailer. Nothing is left if one of them does not fit. Throws S3Error.
 */
export async function receiveContent(request: S3Request, content: ContentStore): Promise<ReceivedContent> {
  const expected = readExpectations(request);
  const { segment, digests } = await content.write(body(request, expected), expected.algorithms);
  try {
    checkDigests(expected, segment, digests);
  } catch (error) {
    content.remove([segment]);
    throw error;
  }
  const algorithm = expected.checksum?.algorithm;
  const value = algorithm && digests.get(algorithm)?.toString('base64');
  return {
    segment,
    eTag: digests.get('MD5')?.toString('hex') ?? '',
    ...(algorithm && value ? { checksum: { algorithm, value, type: 'FULL_OBJECT' } } : {}),
  };
}

/** The body of a request, its framing taken off. Throws S3Error. */
export function body(request: S3Request, expected = readExpectations(request)): AsyncIterable<Buffer> {
  const framed =
    request.header('x-amz-content-sha256')?.startsWith('STREAMING-') ||
    request.header('content-encoding')?.split(',').some(isAwsChunked);
  // Kept open where reading ends early: the answer goes over the same connection.
  const content = request.message.iterator({ destroyOnReturn: false }) as AsyncIterable<Buffer>;
  if (!framed) return content;
  return decodeAwsChunked(content, (name, value) => {
    if (expected.checksum && name === checksumHeader(expected.checksum.algorithm))
      expected.checksum.value = value;
  });
}

/** The content encoding that stays with the object: all but the framing on the wire. */
export function storedEncoding(header: string | undefined): string | undefined {
  const kept = header?.split(',').filter((one) => !isAwsChunked(one));
  return kept?.join(',').trim() || undefined;
}

const isAwsChunked = (encoding: string) => encoding.trim().toLowerCase() === 'aws-chunked';

interface Expectations {
  algorithms: (ChecksumAlgorithm | 'MD5')[];
  lengthBytes: number;
  md5?: Buffer;
  sha256Hex?: string;
  /** The value may come in the trailer. */
  checksum?: { algorithm: ChecksumAlgorithm; value?: string };
  trailer: boolean;
}

function readExpectations(request: S3Request): Expectations {
  const length = request.header('x-amz-decoded-content-length') ?? request.header('content-length');
  if (length === undefined || !/^\d+$/.test(length)) {
    throw new S3Error('MissingContentLength', 'You must provide the Content-Length HTTP header.');
  }
  const lengthBytes = Number(length);
  if (lengthBytes > largestBytes) {
    throw new S3Error('EntityTooLarge', 'Your proposed upload exceeds the maximum allowed size', {
      details: { ProposedSize: lengthBytes, MaxSizeAllowed: largestBytes },
    });
  }
  const md5Header = request.header('content-md5');
  const md5 = md5Header === undefined ? undefined : Buffer.from(md5Header, 'base64');
  if (md5 && md5.length !== 16)
    throw new S3Error('InvalidDigest', 'The Content-MD5 you specified was invalid.');
  const sha256 = request.header('x-amz-content-sha256');
  const sha256Hex = sha256 && /^[0-9a-f]{64}$/.test(sha256) ? sha256 : undefined;
  const trailer = request.header('x-amz-trailer')?.toLowerCase();
  const inHeader = checksumAlgorithms.find((one) => request.header(checksumHeader(one)) !== undefined);
  const inTrailer = checksumAlgorithms.find((one) => checksumHeader(one) === trailer);
  const algorithm =
    inHeader ?? inTrailer ?? checksumAlgorithm(request.header('x-amz-sdk-checksum-algorithm'));
  const value = inHeader && request.header(checksumHeader(inHeader));
  return {
    algorithms: ['MD5', ...(algorithm ? [algorithm] : []), ...(sha256Hex ? (['SHA256'] as const) : [])],
    lengthBytes,
    ...(md5 ? { md5 } : {}),
    ...(sha256Hex ? { sha256Hex } : {}),
    ...(algorithm ? { checksum: { algorithm, ...(value === undefined ? {} : { value }) } } : {}),
    trailer: inTrailer !== undefined,
  };
}

function checkDigests(
  expected: Expectations,
  segment: Segment,
  digests: Map<ChecksumAlgorithm | 'MD5', Buffer>,
): void {
  if (segment.sizeBytes !== expected.lengthBytes) {
    throw new S3Error(
      'IncompleteBody',
      'You did not provide the number of bytes specified by the Content-Length HTTP header',
    );
  }
  if (expected.md5 && !digests.get('MD5')?.equals(expected.md5)) {
    throw new S3Error('BadDigest', 'The Content-MD5 you specified did not match what we received.');
  }
  if (expected.sha256Hex && digests.get('SHA256')?.toString('hex') !== expected.sha256Hex) {
    throw new S3Error(
      'XAmzContentSHA256Mismatch',
      "The provided 'x-amz-content-sha256' header does not match what was computed.",
    );
  }
  const { checksum } = expected;
  if (!checksum) return;
  if (checksum.value === undefined && expected.trailer) {
    throw new S3Error('InvalidRequest', 'The trailer that x-amz-trailer announces is missing');
  }
  if (
    checksum.value !== undefined &&
    digests.get(checksum.algorithm)?.toString('base64') !== checksum.value
  ) {
    throw new S3Error(
      'BadDigest',
      `The ${checksum.algorithm} you specified did not match the calculated checksum.`,
    );
  }
}
