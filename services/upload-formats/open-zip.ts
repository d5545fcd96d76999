import type { FileParts } from '../files/file-parts.ts';
import { FileRejected } from '../files/file-rejected.ts';
import { spool } from '../files/spool.ts';
import { readDirectory } from '../zip/read-directory.ts';
import { type PackedPart, unpack } from '../zip/unpack.ts';
import { checkPacking } from './check-packing.ts';
import { openWorkbook } from './open-workbook.ts';
import { recognise, tellingBytes } from './recognise.ts';
import { refusals } from './refusals.ts';
import type { OpeningOptions, OpenUpload } from './upload-format.ts';
import { isWorkbook, onlyFile } from './zip-content.ts';

/** Opens a workbook, or a ZIP that holds one file with rows. Throws FileRejected if it holds anything else. */
export async function openZip(parts: FileParts, options: OpeningOptions): Promise<OpenUpload> {
  const directory = await readDirectory(parts);
  if (isWorkbook(directory.files)) return openWorkbook(parts, directory, options);
  const file = onlyFile(directory.files);
  const packed = checkPacking(file, options.maximumSizeBytes);
  const start = await directory.startOf(file);
  const read = () => parts.stream(start, start + packed.packedBytes);
  const recognised = recognise(await beginningOf(packed, await read()));
  if (typeof recognised === 'object') throw new FileRejected(recognised.refused);
  if (recognised === 'old-office') throw new FileRejected(refusals.oldOffice);
  if (recognised === 'zip') return openInner(unpack(packed, await read()), options);
  return { format: { packed }, warnings: [], read, close: async () => {} };
}

/** Opens a workbook inside a ZIP, which must be read in another order than it is unpacked in. */
async function openInner(content: AsyncIterable<Uint8Array>, options: OpeningOptions): Promise<OpenUpload> {
  const spooled = await spool(content, options.signal);
  try {
    const directory = await readDirectory(spooled);
    if (!isWorkbook(directory.files)) {
      throw new FileRejected(
        'The ZIP holds another ZIP: unpack it and upload the spreadsheet itself, or a ZIP of it',
      );
    }
    return { ...(await openWorkbook(spooled, directory, options)), close: spooled.close };
  } catch (error) {
    await spooled.close();
    throw error;
  }
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
