import { Readable } from 'node:stream';
import type { CsvRow } from '../../services/csv/csv-row.ts';
import { NotUtf8 } from '../../services/csv/text-reader.ts';
import type { FileParts } from '../../services/files/file-parts.ts';
import { threadsHere } from '../../services/threads/threads-here.ts';
import { openRows } from '../../services/upload-formats/open-rows.ts';
import { openZip } from '../../services/upload-formats/open-zip.ts';
import type { UploadFormat } from '../../services/upload-formats/upload-format.ts';
import { HeadedRows } from '../../tasks/property-upload/headed-rows.ts';

/** Reads a text's rows from its header on, in pieces of that length. */
export async function readTextTable(bytes: Buffer, pieceBytes: number): Promise<string[][]> {
  const read = (format: UploadFormat) => readRows(format, { content: Readable.from([bytes]), pieceBytes });
  try {
    return await read({});
  } catch (error) {
    if (!(error instanceof NotUtf8)) throw error;
    return read({ encoding: 'windows-1252' });
  }
}

/** Reads the rows of a workbook or of a ZIP from the header on, what is unpacked in pieces of that length. */
export async function readPackedTable(bytes: Buffer, pieceBytes: number): Promise<string[][]> {
  const parts: FileParts = {
    sizeBytes: bytes.length,
    stream: async (start, end) => Readable.from([bytes.subarray(start, end)]),
    read: async (start, end) => bytes.subarray(start, end),
  };
  const signal = new AbortController().signal;
  const { format, read } = await openZip(parts, { maximumSizeBytes: 1e9, threads: threadsHere, signal });
  return readRows(format, { content: await read(), pieceBytes });
}

async function readRows(
  format: UploadFormat,
  { content, pieceBytes }: { content: AsyncIterable<Buffer>; pieceBytes: number },
): Promise<string[][]> {
  const { bytes, ways } = openRows(format, content);
  const rows = new HeadedRows(ways);
  const table: string[][] = [];
  const onRow = (row: CsvRow) => {
    if (row.problem !== undefined) throw new Error(`Line ${row.line}: ${row.problem}`);
    table.push(row.texts());
  };
  for await (const piece of bytes) {
    for (let at = 0; at < piece.length; at += pieceBytes)
      rows.write(piece.subarray(at, at + pieceBytes), onRow);
  }
  rows.end(onRow);
  return table;
}
