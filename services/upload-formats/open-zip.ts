import type { FileParts } from '../files/file-parts.ts';
import { FileRejected } from '../files/file-rejected.ts';
import { readDirectory } from '../zip/read-directory.ts';
import { type PackedPart, unpack } from '../zip/unpack.ts';
import { checkPacking } from './check-packing.ts';
import { recognise, tellingBytes } from './recognise.ts';
import type { OpeningOptions, OpenUpload } from './upload-format.ts';
import { isWorkbook, onlyFile } from './zip-content.ts';

/** Opens a ZIP that holds one file with rows. Throws FileRejected if it holds anything else. */
export async function openZip(parts: FileParts, { maximumSizeBytes }: OpeningOptions): Promise<OpenUpload> {
  const directory = await readDirectory(parts);
  if (isWorkbook(directory.files)) throw new FileRejected('Workbooks are not read: save it as "CSV UTF-8"');
  const file = onlyFile(directory.files);
  const packed = checkPacking(file, maximumSizeBytes);
  const start = await directory.startOf(file);
  const read = () => parts.stream(start, start + packed.packedBytes);
  const recognised = recognise(await beginningOf(packed, await read()));
  if (typeof recognised === 'object') throw new FileRejected(recognised.refused);
  return { format: { packed }, read, close: async () => {} };
}

async function beginningOf(part: PackedPart, packed: AsyncIterable<Uint8Array>): Promise<Buffer> {
  const pieces: Uint8Array[] = [];
  let bytes = 0;
  for await (const piece of unpack(part, packed)) {
    pieces.push(piece);
    bytes += piece.length;
    if (bytes >= tellingBytes) break;
  }
  return Buffer.concat(pieces);
}
