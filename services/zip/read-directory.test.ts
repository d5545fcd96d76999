import { Readable } from 'node:stream';
import { expect, it } from 'vitest';
import { writeZip } from '../../test/uploads/write-zip.ts';
import type { FileParts } from '../files/file-parts.ts';
import { readDirectory } from './read-directory.ts';

const large = { name: 'large.csv', content: Buffer.alloc(600_000, 'x'), method: 'stored' } as const;
const zip = writeZip(large, { name: 'folder/', content: '' }, { name: 'small.csv', content: 'abc' });

/** The ZIP, and what was read of it. */
function parts(bytes: Buffer): FileParts & { reads: [number, number][] } {
  const reads: [number, number][] = [];
  return {
    sizeBytes: bytes.length,
    reads,
    stream: async () => Readable.from([]),
    read: async (start, end) => {
      reads.push([start, end]);
      return bytes.subarray(start, end);
    },
  };
}

it('reads the directory in one go, and of a file only where it starts', async () => {
  const whole = parts(zip);
  const { files, startOf } = await readDirectory(whole);
  expect(files.map(({ name, bytes, packing }) => [name, bytes, packing])).toEqual([
    ['large.csv', 600_000, 'none'],
    ['small.csv', 3, 'deflate'],
  ]);
  expect(whole.reads).toEqual([[zip.length - 256 * 1024, zip.length]]);
  const [first] = files;
  expect(first && (await startOf(first))).toBe(30 + 'large.csv'.length);
  expect(whole.reads.slice(1)).toEqual([[0, 30]]);
});

it('says nothing of the file when it cannot be reached', async () => {
  const whole = parts(zip);
  const { files, startOf } = await readDirectory(whole);
  whole.read = () => Promise.reject(new Error('slow down'));
  const [first] = files;
  await expect(first && startOf(first)).rejects.toThrow('slow down');
  await expect(readDirectory(whole)).rejects.toThrow('slow down');
});
