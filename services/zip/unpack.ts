import { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { crc32, createInflateRaw } from 'node:zlib';
import { FileRejected } from '../files/file-rejected.ts';

/** A file of a ZIP, as its bytes lie there. */
export interface PackedPart {
  packedBytes: number;
  /** Once it is unpacked, as the ZIP says. */
  bytes: number;
  crc32: number;
  isDeflated: boolean;
}

const pieceBytes = 64 * 1024;

/**
 * Unpacks a file of a ZIP from its packed bytes, in constant memory and to no more bytes than the ZIP says. Throws
 * FileRejected if they are not what it says.
 */
export async function* unpack(
  part: PackedPart,
  packed: AsyncIterable<Uint8Array> | Iterable<Uint8Array>,
): AsyncGenerator<Uint8Array> {
  let bytes = 0;
  let checksum = 0;
  for await (const piece of part.isDeflated ? inflated(packed) : packed) {
    bytes += piece.length;
    if (bytes > part.bytes) throw new FileRejected(damagedFile);
    checksum = crc32(piece, checksum);
    yield piece;
  }
  if (bytes !== part.bytes || checksum !== part.crc32) throw new FileRejected(damagedFile);
}

/** What to do about a file that is not what its ZIP says. */
const damagedFile =
  'The file was damaged on its way, or its ZIP lies about what it holds: make it again and upload it again';

async function* inflated(
  packed: AsyncIterable<Uint8Array> | Iterable<Uint8Array>,
): AsyncGenerator<Uint8Array> {
  const inflater = createInflateRaw({ chunkSize: pieceBytes });
  // What goes wrong ends the inflater with the same error.
  pipeline(Readable.from(packed), inflater).catch(() => undefined);
  try {
    yield* inflater;
  } catch (error) {
    throw isOfZlib(error) ? new FileRejected(damagedFile) : error;
  } finally {
    inflater.destroy();
  }
}

function isOfZlib(error: unknown): boolean {
  return /^Z_/.test(String((error as { code?: unknown }).code));
}
