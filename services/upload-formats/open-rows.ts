import { CsvScanner } from '../csv/csv-scanner.ts';
import type { RowReader } from '../csv/row-reader.ts';
import { createTextReader } from '../csv/text-reader.ts';
import { unpack } from '../zip/unpack.ts';
import type { UploadFormat } from './upload-format.ts';

/** What the rows of an upload are read from. */
export interface OpenRows {
  /** What every reader is fed with. */
  bytes: AsyncIterable<Uint8Array>;
  /** Makes the readers, of which one is right. */
  ways: readonly (() => RowReader)[];
}

/** What may stand between cells; of two that find as much, the first is taken. */
const separators = [',', ';', '\t', '|'];

/**
 * Prepares the reading of an upload from its content. The bytes throw NotUtf8, and FileRejected for what cannot be read.
 */
export function openRows({ packed, encoding }: UploadFormat, content: AsyncIterable<Uint8Array>): OpenRows {
  return {
    bytes: readText(packed === undefined ? content : unpack(packed, content), encoding),
    ways: separators.map((separator) => () => new CsvScanner({ separator })),
  };
}

async function* readText(
  content: AsyncIterable<Uint8Array>,
  encoding: UploadFormat['encoding'],
): AsyncGenerator<Uint8Array> {
  const reader = createTextReader(encoding === undefined ? {} : { encoding });
  for await (const piece of content) {
    yield reader.write(Buffer.from(piece.buffer, piece.byteOffset, piece.length));
  }
  yield reader.end();
}
