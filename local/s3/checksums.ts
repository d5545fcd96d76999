import { createHash } from 'node:crypto';
import { crc32 } from 'node:zlib';
import { Crc32cJs, Crc64NvmeJs } from '@aws-sdk/checksums/crc';

/** S3's additional checksums by their names in XML (`ChecksumCRC32`) and headers (`x-amz-checksum-crc32`). */
export const checksumAlgorithms = ['CRC32', 'CRC32C', 'CRC64NVME', 'SHA1', 'SHA256'] as const;
export type ChecksumAlgorithm = (typeof checksumAlgorithms)[number];

/** A checksum that S3 keeps with an object. */
export interface StoredChecksum {
  algorithm: ChecksumAlgorithm;
  /** Base64; of a composite one with `-N` behind it. */
  value: string;
  type: 'FULL_OBJECT' | 'COMPOSITE';
}

/** Computes one checksum as content passes. */
export interface RunningChecksum {
  update(chunk: Buffer): void;
  /** The raw bytes; called once, at the end. */
  digest(): Promise<Buffer>;
}

/** Starts a checksum, or a plain MD5. */
export function startChecksum(algorithm: ChecksumAlgorithm | 'MD5'): RunningChecksum {
  switch (algorithm) {
    case 'CRC32': {
      let value = 0;
      return {
        update: (chunk) => {
          value = crc32(chunk, value);
        },
        digest: async () => {
          const bytes = Buffer.alloc(4);
          bytes.writeUInt32BE(value);
          return bytes;
        },
      };
    }
    case 'CRC32C':
    case 'CRC64NVME': {
      const checksum = algorithm === 'CRC32C' ? new Crc32cJs() : new Crc64NvmeJs();
      return {
        update: (chunk) => checksum.update(chunk),
        digest: async () => Buffer.from(await checksum.digest()),
      };
    }
    default: {
      const hash = createHash(algorithm.toLowerCase());
      return { update: (chunk) => hash.update(chunk), digest: async () => hash.digest() };
    }
  }
}

/** Name of the header, and of the trailer, that carries the checksum. */
export function checksumHeader(algorithm: ChecksumAlgorithm): string {
  return `x-amz-checksum-${algorithm.toLowerCase()}`;
}

/** The algorithm that a text names, whatever its case. */
export function checksumAlgorithm(name: string | undefined): ChecksumAlgorithm | undefined {
  return checksumAlgorithms.find((algorithm) => algorithm === name?.toUpperCase());
}

/** The checksum of a whole made of its parts' checksums (base64). */
export async function compositeChecksum(
  algorithm: ChecksumAlgorithm,
  parts: readonly string[],
): Promise<StoredChecksum> {
  const running = startChecksum(algorithm);
  running.update(Buffer.concat(parts.map((part) => Buffer.from(part, 'base64'))));
  return {
    algorithm,
    value: `${(await running.digest()).toString('base64')}-${parts.length}`,
    type: 'COMPOSITE',
  };
}
