import { FileRejected } from '../files/file-rejected.ts';
import { type PackedFile, zipWithPassword } from '../zip/read-directory.ts';
import type { PackedPart } from '../zip/unpack.ts';

/** Rows that repeat each other shrink to a thirtieth; what shrinks much more was made to fill up whoever unpacks it. */
const largestRatio = 200;
/** Below this many bytes no ratio matters. */
const harmlessBytes = 8 * 1024 * 1024;

/**
 * Checks that a file of a ZIP can be unpacked, and to no more than is allowed, by what the ZIP says of it: unpacking then
 * holds it to its word. Throws FileRejected.
 */
export function checkPacking(file: PackedFile, maximumBytes: number): PackedPart {
  const { packedBytes, bytes, crc32, packing, isEncrypted } = file;
  if (isEncrypted) {
    throw new FileRejected(zipWithPassword);
  }
  if (packing === 'other') {
    throw new FileRejected(
      'The ZIP is packed in a way that is not read here: make it with "Compress" (macOS) or "Compressed (zipped) folder" ' +
        '(Windows), or upload the file itself',
    );
  }
  if (bytes > maximumBytes) {
    throw new FileRejected(
      `The file in the ZIP has ${bytes} bytes and may have ${maximumBytes}: split it and upload the parts`,
    );
  }
  if (bytes > harmlessBytes && bytes > largestRatio * packedBytes) {
    throw new FileRejected(
      `The file in the ZIP grows to more than ${largestRatio} times its size (${packedBytes} to ${bytes} bytes), as no list ` +
        'of properties does: upload the file itself',
    );
  }
  return { packedBytes, bytes, crc32, isDeflated: packing === 'deflate' };
}
