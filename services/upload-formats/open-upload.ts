import { FileRejected } from '../files/file-rejected.ts';
import type { Files, FileVersion } from '../files/files.ts';
import { partsInS3 } from './file-parts.ts';
import { whyOldOffice } from './old-office.ts';
import type { UploadFormat } from './open-rows.ts';
import { recognise, tellingBytes } from './recognise.ts';

/** A file whose content can be read as rows, as often as is needed. */
export interface OpenUpload {
  format: UploadFormat;
  /** What `openRows` makes rows of; aborting the signal that it was opened with ends it with an error. */
  read(): Promise<AsyncIterable<Buffer>>;
}

/** Finds out by its bytes what a file is. Throws FileRejected, for the person who sent it, if it has no rows to read. */
export async function openUpload(
  { file, sizeBytes }: { file: FileVersion; sizeBytes: number },
  { files, signal }: { files: Files; signal: AbortSignal },
): Promise<OpenUpload> {
  const parts = partsInS3({ file, sizeBytes }, { files, signal });
  const beginning = await parts.read(0, tellingBytes);
  const recognised = recognise(beginning);
  if (typeof recognised === 'object') throw new FileRejected(recognised.refused);
  if (recognised === 'old-office') throw new FileRejected(await whyOldOffice(beginning, parts));
  return { format: {}, read: () => files.read(file, signal) };
}
