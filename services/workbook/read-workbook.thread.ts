import { FileRejected } from '../files/file-rejected.ts';
import { threadWork } from '../threads/thread-work.ts';
import { type PackedPart, unpack } from '../zip/unpack.ts';
import { readWorkbook, type WorkbookFacts, type WorkbookParts } from './read-workbook.ts';

/** A small part of a workbook as it lies in its file. */
export interface SmallPart {
  name: string;
  packed: PackedPart;
  bytes: Uint8Array;
}

/** `readWorkbook` on a thread, from packed parts; a refusal is answered, since an error would lose its class. */
export default threadWork(
  'services/workbook/read-workbook',
  async (small: readonly SmallPart[]): Promise<WorkbookFacts | { refused: string }> => {
    try {
      const parts: WorkbookParts = {};
      for (const { name, packed, bytes } of small) {
        const pieces: Uint8Array[] = [];
        for await (const piece of unpack(packed, [bytes])) pieces.push(piece);
        parts[name.toLowerCase()] = Buffer.concat(pieces);
      }
      return readWorkbook(parts);
    } catch (error) {
      if (error instanceof FileRejected) return { refused: error.message };
      throw error;
    }
  },
);
