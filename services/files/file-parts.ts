import type { Readable } from 'node:stream';
import { buffer } from 'node:stream/consumers';
import type { Files, FileVersion } from './files.ts';

/** A file that is read in any order, since it says only at its end what stands where. */
export interface FileParts {
  sizeBytes: number;
  /** The bytes from `start` to before `end`, as a stream. */
  stream(start: number, end: number): Promise<Readable>;
  /** The same at once; for what is small. Less than asked for where the file ends. */
  read(start: number, end: number): Promise<Buffer>;
}

/** Reads parts of a file in S3, each by a request of its own; aborting the signal ends what is being read. */
export function partsInS3(
  { file, sizeBytes }: { file: FileVersion; sizeBytes: number },
  { files, signal }: { files: Files; signal: AbortSignal },
): FileParts {
  const stream = (start: number, end: number) => files.readPart(file, { start, end }, signal);
  return {
    sizeBytes,
    stream,
    read: async (start, end) => {
      const last = Math.min(end, sizeBytes);
      return start >= last ? Buffer.alloc(0) : buffer(await stream(start, last));
    },
  };
}
