import { partsInS3 } from '../files/file-parts.ts';
import { FileRejected } from '../files/file-rejected.ts';
import type { Files, FileVersion } from '../files/files.ts';
import { whyOldOffice } from './old-office.ts';
import { openZip } from './open-zip.ts';
import { recognise, tellingBytes } from './recognise.ts';
import type { OpeningOptions, OpenUpload } from './upload-format.ts';

/** Finds out by its bytes what a file is. Throws FileRejected, for the person who sent it, if it has no rows to read. */
export async function openUpload(
  { file, sizeBytes }: { file: FileVersion; sizeBytes: number },
  { files, ...options }: OpeningOptions & { files: Files },
): Promise<OpenUpload> {
  const parts = partsInS3({ file, sizeBytes }, { files, signal: options.signal });
  const beginning = await parts.read(0, tellingBytes);
  const recognised = recognise(beginning);
  if (typeof recognised === 'object') throw new FileRejected(recognised.refused);
  if (recognised === 'old-office') throw new FileRejected(await whyOldOffice(beginning, parts));
  if (recognised === 'zip') return openZip(parts, options);
  return { format: {}, warnings: [], read: () => files.read(file, options.signal), close: async () => {} };
}
