import type { FileParts } from '../files/file-parts.ts';
import { FileRejected } from '../files/file-rejected.ts';
import type { Threads } from '../threads/threads.ts';
import readWorkbook, { type SmallPart } from '../workbook/read-workbook.thread.ts';
import { lacksPart, type WorkbookFacts } from '../workbook/read-workbook.ts';
import type { PackedFile, ZipDirectory } from '../zip/read-directory.ts';
import { checkPacking } from './check-packing.ts';
import type { OpeningOptions, OpenUpload } from './upload-format.ts';

/** Parts that say where everything else is. */
const smallParts = /^(.*\/)?(_rels\/(workbook[^/]*)?\.rels|workbook[^/]*\.xml|styles[^/]*\.xml)$/i;
const mostSmallParts = 16;
const smallPartBytes = 64 * 1024 * 1024;
const packedSmallPartBytes = 8 * 1024 * 1024;
/** XML says the same as CSV in about four times as many bytes; twice that is allowed. */
const xmlPerText = 8;

/** Opens the first sheet of a workbook that is shown. Throws FileRejected. */
export async function openWorkbook(
  parts: FileParts,
  directory: ZipDirectory,
  { threads, maximumSizeBytes: textBytes, signal }: OpeningOptions,
): Promise<OpenUpload> {
  const { sheet, otherSheets, stringsPart, from1904, styles } = await readFacts(
    await readSmallParts(parts, directory),
    { threads, signal },
  );
  const packedPart = async (name: string) => {
    const file = directory.files.find((one) => one.name.toLowerCase() === name.toLowerCase());
    if (file === undefined) throw lacksPart(name);
    const packed = checkPacking(file, xmlPerText * textBytes);
    const start = await directory.startOf(file);
    return { packed, read: () => parts.stream(start, start + packed.packedBytes) };
  };
  const strings = stringsPart === undefined ? undefined : await packedPart(stringsPart);
  const cells = await packedPart(sheet.part);
  return {
    format: {
      workbook: {
        ...(strings === undefined ? {} : { strings: strings.packed }),
        sheet: cells.packed,
        from1904,
        styles,
        textBytes,
      },
    },
    warnings: otherSheets.length === 0 ? [] : [onlyFirst(sheet.name, otherSheets)],
    read: async () => inTurn([...(strings === undefined ? [] : [strings]), cells]),
    close: async () => {},
  };
}

async function* inTurn(parts: { read(): Promise<AsyncIterable<Buffer>> }[]): AsyncGenerator<Buffer> {
  for (const { read } of parts) yield* await read();
}

async function readSmallParts(parts: FileParts, directory: ZipDirectory): Promise<SmallPart[]> {
  const files = directory.files.filter(({ name }) => smallParts.test(name)).slice(0, mostSmallParts);
  return Promise.all(files.map((file) => readSmallPart(file, parts, directory)));
}

async function readSmallPart(
  file: PackedFile,
  parts: FileParts,
  directory: ZipDirectory,
): Promise<SmallPart> {
  const packed = checkPacking(file, smallPartBytes);
  if (packed.packedBytes > packedSmallPartBytes) {
    throw new FileRejected(
      'The workbook has more styles and sheets than can be read: copy the properties into a new workbook, and upload that',
    );
  }
  const start = await directory.startOf(file);
  return { name: file.name, packed, bytes: await parts.read(start, start + packed.packedBytes) };
}

async function readFacts(
  small: SmallPart[],
  { threads, signal }: { threads: Threads; signal: AbortSignal },
): Promise<WorkbookFacts> {
  const facts = await threads.run(readWorkbook, small, { signal });
  if ('refused' in facts) throw new FileRejected(facts.refused);
  return facts;
}

function onlyFirst(name: string, others: readonly string[]): string {
  const shown = others.slice(0, 5).map((other) => JSON.stringify(other));
  const more = others.length > shown.length ? ` and ${others.length - shown.length} more` : '';
  return `Only the first sheet, ${JSON.stringify(name)}, was read, not ${shown.join(', ')}${more}`;
}
