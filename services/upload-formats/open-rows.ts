import { CsvScanner } from '../csv/csv-scanner.ts';
import type { RowReader } from '../csv/row-reader.ts';
import { createTextReader } from '../csv/text-reader.ts';
import { SharedStrings } from '../workbook/shared-strings.ts';
import { SheetReader } from '../workbook/sheet-reader.ts';
import { XmlScanner } from '../xml/xml-scanner.ts';
import { ByteSource } from '../zip/byte-source.ts';
import { unpack } from '../zip/unpack.ts';
import type { UploadFormat, WorkbookFormat } from './upload-format.ts';

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
export function openRows(
  { packed, encoding, workbook }: UploadFormat,
  content: AsyncIterable<Uint8Array>,
): OpenRows {
  if (workbook !== undefined) return openSheet(workbook, content);
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

function openSheet(workbook: WorkbookFormat, content: AsyncIterable<Uint8Array>): OpenRows {
  const { textBytes, styles, from1904 } = workbook;
  const strings = new SharedStrings();
  return {
    bytes: readSheet(workbook, strings, new ByteSource(content)),
    ways: [() => new SheetReader({ strings, styles, from1904 }, { textBytes })],
  };
}

/** Reads the texts first, which cells refer to, and then yields the sheet. */
async function* readSheet(
  workbook: WorkbookFormat,
  strings: SharedStrings,
  content: ByteSource,
): AsyncGenerator<Uint8Array> {
  if (workbook.strings !== undefined) {
    const scanner = new XmlScanner(strings);
    const packed = content.take(workbook.strings.packedBytes);
    for await (const piece of unpack(workbook.strings, packed)) scanner.write(piece);
    scanner.end();
  }
  yield* unpack(workbook.sheet, content.take(workbook.sheet.packedBytes));
}
