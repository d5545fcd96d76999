import { type Entry, fromRandomAccessReaderPromise, getFileNameLowLevel, RandomAccessReader } from 'yauzl';
import type { FileParts } from '../files/file-parts.ts';
import { FileRejected } from '../files/file-rejected.ts';

/** A file in a ZIP, as the ZIP's directory has it; whether that is true, only unpacking shows. */
export interface PackedFile {
  name: string;
  packedBytes: number;
  /** Once it is unpacked. */
  bytes: number;
  crc32: number;
  packing: 'none' | 'deflate' | 'other';
  isEncrypted: boolean;
}

/** What a ZIP says that it holds. */
export interface ZipDirectory {
  /** Without folders. */
  files: PackedFile[];
  /** Where the packed bytes of one of the files start. */
  startOf(file: PackedFile): Promise<number>;
}

/** What to do about a ZIP with a password. */
export const zipWithPassword =
  'The ZIP is protected with a password: make one without a password, or upload the file itself';
/** The directory of a ZIP with few files is shorter: then one request brings it. */
const tailBytes = 256 * 1024;
const mostEntries = 2000;
const localHeaderBytes = 30;

/** Reads the directory at the end of a ZIP. Throws FileRejected if it is damaged, or a trap. */
export async function readDirectory(parts: FileParts): Promise<ZipDirectory> {
  const reader = new PartsReader(
    parts,
    await parts.read(Math.max(0, parts.sizeBytes - tailBytes), parts.sizeBytes),
  );
  const told = async <Result>(reading: () => Promise<Result>): Promise<Result> => {
    try {
      return await reading();
    } catch (error) {
      if (reader.trouble !== undefined) throw reader.trouble;
      throw error instanceof FileRejected ? error : damaged(error);
    }
  };
  return told(async () => {
    // Names are only shown: those that would lead out of a folder do no harm here, and yauzl would refuse them.
    const options = { decodeStrings: false, autoClose: false, lazyEntries: true };
    const zip = await fromRandomAccessReaderPromise(reader, parts.sizeBytes, options);
    if (zip.entryCount > mostEntries) {
      throw new FileRejected(
        `The ZIP holds ${zip.entryCount} files: make one that holds just the file with the properties, and upload that`,
      );
    }
    const entries = new Map<PackedFile, Entry>();
    for await (const entry of zip.eachEntry()) entries.set(packedFile(entry), entry);
    refuseOverlaps([...entries.values()]);
    return {
      files: [...entries.keys()].filter(({ name }) => !name.endsWith('/')),
      startOf: (file) =>
        told(async () => {
          const entry = entries.get(file);
          if (entry === undefined) throw new Error(`The ZIP's directory has no ${file.name}`);
          return (await zip.readLocalFileHeaderPromise(entry, { minimal: true })).fileDataStart;
        }),
    };
  });
}

function packedFile(entry: Entry): PackedFile {
  const { generalPurposeBitFlag, fileNameRaw, extraFields, compressionMethod: method } = entry;
  return {
    name: getFileNameLowLevel(generalPurposeBitFlag, fileNameRaw, extraFields, false),
    packedBytes: entry.compressedSize,
    bytes: entry.uncompressedSize,
    crc32: entry.crc32,
    packing: method === 0 ? 'none' : method === 8 ? 'deflate' : 'other',
    isEncrypted: entry.isEncrypted(),
  };
}

/** Entries that share their bytes make a small file unpack to a large one, and no program writes them. */
function refuseOverlaps(entries: readonly Entry[]): void {
  let end = 0;
  for (const entry of entries.toSorted(
    (a, b) => a.relativeOffsetOfLocalHeader - b.relativeOffsetOfLocalHeader,
  )) {
    const start = entry.relativeOffsetOfLocalHeader;
    if (start < end) throw damaged(new Error('two of its files share the same bytes'));
    end = start + localHeaderBytes + entry.compressedSize;
  }
}

function damaged(cause: unknown): FileRejected {
  if (/encryption/.test(String(cause))) return new FileRejected(zipWithPassword, { cause });
  return new FileRejected(
    'The ZIP or workbook is damaged or was not uploaded as a whole: make it again and upload it again',
    { cause },
  );
}

/** Answers from the end of the file, which is at hand, and asks for what lies before it. */
class PartsReader extends RandomAccessReader {
  /** Why the file could not be read; that says nothing about its content. */
  trouble: unknown;
  private readonly parts: FileParts;
  private readonly tail: Buffer;

  constructor(parts: FileParts, tail: Buffer) {
    super();
    this.parts = parts;
    this.tail = tail;
  }

  override read(
    buffer: Buffer,
    offset: number,
    length: number,
    position: number,
    callback: (error: Error | null) => void,
  ): void {
    const inTail = position - (this.parts.sizeBytes - this.tail.length);
    const bytes =
      inTail >= 0
        ? Promise.resolve(this.tail.subarray(inTail, inTail + length))
        : this.parts.read(position, position + length);
    bytes.then(
      (found) => {
        found.copy(buffer, offset);
        callback(found.length < length ? new Error('it ends too early') : null);
      },
      (error) => {
        this.trouble = error;
        callback(error);
      },
    );
  }
}
