import { createReadStream, createWriteStream, mkdirSync } from 'node:fs';
import { copyFile, link, readdir, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { type ChecksumAlgorithm, startChecksum } from './checksums.ts';

/** A file that holds an object's content, or one part of it. Never changed once written. */
export interface Segment {
  file: string;
  sizeBytes: number;
}

/** A segment with the digests that were asked for, raw. */
export interface WrittenSegment {
  segment: Segment;
  digests: Map<ChecksumAlgorithm | 'MD5', Buffer>;
}

/** The files under which content lies; which of them count is said by the versions and parts that name them. */
export interface ContentStore {
  /** Streams content to a new file; nothing is left of it if the source fails. */
  write(
    source: AsyncIterable<Buffer>,
    algorithms: Iterable<ChecksumAlgorithm | 'MD5'>,
  ): Promise<WrittenSegment>;
  /** Streams bytes `start` to `end`, both inclusive and counted from 0, of the segments put together. */
  read(segments: readonly Segment[], range?: { start: number; end: number }): Readable;
  /** The same content under new names, without copying it where the file system can. */
  duplicate(segments: readonly Segment[]): Promise<Segment[]>;
  /** Removes files in the background; those that a kill spares are swept at the next start. */
  remove(segments: readonly Segment[]): void;
  /** Removes what an interrupted write or delete left behind. */
  removeAllBut(segments: Iterable<Segment>): Promise<void>;
  /** Answers when every removal has ended. */
  close(): Promise<void>;
}

/** Opens the folder, which is made if it is not there. */
export function openContentStore(directory: string): ContentStore {
  mkdirSync(directory, { recursive: true });
  const path = (segment: Pick<Segment, 'file'>) => join(directory, segment.file);
  const removals = new Set<Promise<void>>();
  const remove = (file: string) => {
    const removal = rm(path({ file }), { force: true })
      .catch((error: unknown) => console.error(`Could not remove ${path({ file })}:`, error))
      .finally(() => removals.delete(removal));
    removals.add(removal);
  };

  return {
    write: async (source, algorithms) => {
      const file = crypto.randomUUID();
      const running = [...new Set(algorithms)].map((name) => ({ name, checksum: startChecksum(name) }));
      let sizeBytes = 0;
      try {
        await pipeline(
          source,
          async function* (chunks: AsyncIterable<Buffer>) {
            for await (const chunk of chunks) {
              sizeBytes += chunk.length;
              for (const { checksum } of running) checksum.update(chunk);
              yield chunk;
            }
          },
          createWriteStream(path({ file }), { flags: 'wx' }),
        );
      } catch (error) {
        await rm(path({ file }), { force: true });
        throw error;
      }
      const digests = new Map<ChecksumAlgorithm | 'MD5', Buffer>();
      for (const { name, checksum } of running) digests.set(name, await checksum.digest());
      return { segment: { file, sizeBytes }, digests };
    },

    read: (segments, range) => {
      const total = segments.reduce((sum, segment) => sum + segment.sizeBytes, 0);
      const { start, end } = range ?? { start: 0, end: total - 1 };
      const parts = async function* () {
        let offset = 0;
        for (const segment of segments) {
          const from = Math.max(start - offset, 0);
          const to = Math.min(end - offset, segment.sizeBytes - 1);
          if (from <= to) yield* createReadStream(path(segment), { start: from, end: to });
          offset += segment.sizeBytes;
        }
      };
      return Readable.from(parts(), { objectMode: false });
    },

    duplicate: async (segments) => {
      const made: Segment[] = [];
      for (const segment of segments) {
        const copy = { ...segment, file: crypto.randomUUID() };
        await link(path(segment), path(copy)).catch((error: NodeJS.ErrnoException) => {
          if (error.code === 'ENOENT') throw error;
          return copyFile(path(segment), path(copy));
        });
        made.push(copy);
      }
      return made;
    },

    remove: (segments) => {
      for (const segment of segments) remove(segment.file);
    },

    removeAllBut: async (segments) => {
      const kept = new Set([...segments].map((segment) => segment.file));
      for (const file of await readdir(directory)) if (!kept.has(file)) remove(file);
    },

    close: async () => {
      await Promise.all(removals);
    },
  };
}
