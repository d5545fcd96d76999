import { isUtf8 } from 'node:buffer';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { FileRejected } from '../files/file-rejected.ts';
import { createTextReader, NotUtf8, type TextReader } from './text-reader.ts';

/** The text of a file that comes in pieces, and whether it was read a second time for it. */
function read(bytes: Buffer, pieceBytes = 3): { text: string; again: boolean } {
  try {
    return { text: readWith(createTextReader(), bytes, pieceBytes), again: false };
  } catch (error) {
    if (!(error instanceof NotUtf8)) throw error;
    const reader = createTextReader({ encoding: 'windows-1252' });
    return { text: readWith(reader, bytes, pieceBytes), again: true };
  }
}

function readWith(reader: TextReader, bytes: Buffer, pieceBytes: number): string {
  const pieces: string[] = [];
  // One buffer for every piece: what is answered must not count on it later.
  const piece = Buffer.alloc(pieceBytes);
  for (let at = 0; at < bytes.length; at += pieceBytes) {
    const length = bytes.copy(piece, 0, at, at + pieceBytes);
    pieces.push(whole(reader.write(piece.subarray(0, length))));
  }
  return [...pieces, whole(reader.end())].join('');
}

/** What is answered never ends within a character. */
function whole(text: Buffer): string {
  expect(isUtf8(text)).toBe(true);
  return text.toString();
}

const utf16be = (text: string) => Buffer.from(text, 'utf16le').swap16();

describe('the text of a file', () => {
  it.each<[string, Buffer, string]>([
    ['UTF-8', Buffer.from('rent £ 😀'), 'rent £ 😀'],
    ['UTF-8 with BOM', Buffer.from('\ufeffé'), 'é'],
    ['only the first BOM as a mark', Buffer.from('\ufeff\ufeffa'), '\ufeffa'],
    ['ASCII', Buffer.from('a'), 'a'],
    ['UTF-16LE with BOM', Buffer.from('\ufeffé😀', 'utf16le'), 'é😀'],
    ['UTF-16BE with BOM', utf16be('\ufeffé😀'), 'é😀'],
    ['Windows-1252', Buffer.from([0x80, 0x35, 0xe9, 0x93]), '€5é“'],
    ['Windows-1252 behind ASCII', Buffer.from('a,b,c,d,caf\xe9', 'latin1'), 'a,b,c,d,café'],
    ['UTF-8 cut short as Windows-1252', Buffer.from([0x61, 0xc3]), 'aÃ'],
  ])('in %s is read in one pass, in pieces of any length', (_, bytes, text) => {
    for (const pieceBytes of [1, 2, 3, 100]) {
      expect(read(bytes, pieceBytes)).toEqual({ text, again: false });
    }
  });

  it('is read again as Windows-1252 if the last byte alone is no UTF-8', () => {
    const bytes = Buffer.concat([Buffer.from('é'.repeat(1000)), Buffer.from([0xe9])]);
    expect(read(bytes, 64)).toEqual({ text: `${'Ã©'.repeat(1000)}é`, again: true });
  });

  it('comes back whatever it is', () => {
    fc.assert(
      fc.property(
        fc.string({ unit: 'binary', minLength: 1 }).filter((text) => !text.includes('\0')),
        fc.integer({ min: 1, max: 5 }),
        (text, pieceBytes) => {
          for (const bytes of [
            Buffer.from(`\ufeff${text}`),
            Buffer.from(`\ufeff${text}`, 'utf16le'),
            utf16be(`\ufeff${text}`),
          ]) {
            expect(read(bytes, pieceBytes)).toEqual({ text, again: false });
          }
        },
      ),
    );
  });

  it('is UTF-8 or else Windows-1252, whatever bytes there are', () => {
    const bytes = fc.uint8Array({ min: 1, minLength: 1, maxLength: 12 }).map((array) => Buffer.from(array));
    const text = fc.string({ unit: 'grapheme', minLength: 1 }).map((written) => Buffer.from(written));
    const withoutMark = (array: Buffer) => !/^(fffe|feff|efbbbf)/.test(array.toString('hex'));
    const lacking = (array: Buffer) => [0x81, 0x8d, 0x8f, 0x90, 0x9d].some((byte) => array.includes(byte));
    fc.assert(
      fc.property(
        fc.tuple(fc.oneof(bytes, text), fc.oneof(bytes, text)).map(Buffer.concat).filter(withoutMark),
        fc.integer({ min: 1, max: 5 }),
        (array, pieceBytes) => {
          if (array.includes(0)) return;
          if (!isUtf8(array) && lacking(array)) {
            expect(() => read(array, pieceBytes)).toThrow(/neither UTF-8 nor Windows-1252/);
          } else {
            const expected = new TextDecoder(isUtf8(array) ? 'utf-8' : 'windows-1252', { ignoreBOM: true });
            expect(read(array, pieceBytes).text).toBe(expected.decode(array));
          }
        },
      ),
      { numRuns: 500 },
    );
  });

  it.each<[string, Buffer, RegExp]>([
    ['no byte', Buffer.alloc(0), /empty/],
    ['a BOM alone', Buffer.from('\ufeff'), /empty/],
    ['a UTF-16 BOM alone', Buffer.from([0xff, 0xfe]), /empty/],
    ['a NUL', Buffer.from('a,b\0c'), /NUL character \(byte 4\)/],
    ['a NUL behind a BOM', Buffer.from('\ufeffa\0'), /NUL character \(byte 5\)/],
    ['a NUL in UTF-16', Buffer.from('\ufeffa\0', 'utf16le'), /NUL/],
    ['a NUL behind Windows-1252', Buffer.from([0xe9, 0x61, 0]), /NUL character \(byte 3\)/],
    ['ill-formed UTF-8 behind a BOM', Buffer.from([0xef, 0xbb, 0xbf, 0x61, 0xe9]), /no valid UTF-8/],
    ['half a UTF-16 character', Buffer.from([0xff, 0xfe, 0x61]), /no valid UTF-16/],
    ['a lone surrogate', Buffer.from([0xfe, 0xff, 0xdc, 0x00]), /no valid UTF-16/],
    ['a byte that Windows-1252 lacks', Buffer.from([0x61, 0x81, 0xe9]), /byte 2 is 81/],
    ['the first of several such bytes', Buffer.from([0xe9, 0x61, 0x9d, 0x81]), /byte 3 is 9D/],
    ['a PNG', Buffer.from('89504e470d0a1a0a0000000d49484452', 'hex'), /no text: it contains a NUL/],
  ])('with %s is rejected with one clear reason', (_, bytes, reason) => {
    for (const pieceBytes of [1, 2, 100]) {
      expect(() => read(bytes, pieceBytes)).toThrow(reason);
      expect(() => read(bytes, pieceBytes)).toThrow(FileRejected);
    }
  });
});
