import { createReadStream, createWriteStream } from 'node:fs';
import { mkdtemp, rm, stat } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Readable } from 'node:stream';
import { buffer } from 'node:stream/consumers';
import { pipeline } from 'node:stream/promises';
import type { FileParts } from './file-parts.ts';

/** A file on this machine's disk. */
export interface SpooledFile extends FileParts {
  /** Deletes it. */
  close(): Promise<void>;
}

/** Brings content to disk, for what must be read in another order than it comes in. Nothing stays if the content fails. */
export async function spool(content: AsyncIterable<Uint8Array>, signal: AbortSignal): Promise<SpooledFile> {
  const folder = await mkdtemp(join(tmpdir(), 'slackwater-spool-'));
  const close = () => rm(folder, { recursive: true, force: true });
  const path = join(folder, 'content');
  try {
    await pipeline(Readable.from(content), createWriteStream(path), { signal });
    const { size: sizeBytes } = await stat(path);
    const stream = (start: number, end: number): Readable =>
      createReadStream(path, { start, end: end - 1, signal });
    return {
      sizeBytes,
      stream: async (start, end) => stream(start, end),
      read: async (start, end) => {
        const last = Math.min(end, sizeBytes);
        return start >= last ? Buffer.alloc(0) : buffer(stream(start, last));
      },
      close,
    };
  } catch (error) {
    await close();
    throw error;
  }
}
