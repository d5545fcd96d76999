import { createHash } from 'node:crypto';

/** A number from 0 up to, and without, 1 that looks like chance and is the same again for the same words. */
export function draw(...words: readonly (string | number)[]): number {
  return createHash('sha256').update(words.join('\0')).digest().readUInt32BE() / 2 ** 32;
}
