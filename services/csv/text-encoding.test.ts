import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { CsvRejected } from './csv-rejected.ts';
import { decodeText, detectEncoding } from './text-encoding.ts';

async function* pieces(bytes: Buffer, pieceBytes: number): AsyncGenerator<Buffer> {
  for (let at = 0; at < bytes.length; at += pieceBytes) yield bytes.subarray(at, at + pieceBytes);
}

async function read(bytes: Buffer, pieceBytes = 3): Promise<{ encoding: string; text: string }> {
  const encoding = await detectEncoding(pieces(bytes, pieceBytes));
  let text = '';
  for await (const piece of decodeText(pieces(bytes, pieceBytes), encoding)) text += piece;
  return { encoding, text };
}

const utf16be = (text: string) => Buffer.from(text, 'utf16le').swap16();

describe('the encoding of a file', () => {
  it.each<[string, Buffer, string, string]>([
    ['UTF-8', Buffer.from('rent £ 😀'), 'utf-8', 'rent £ 😀'],
    ['UTF-8 with BOM', Buffer.from('\ufeffé'), 'utf-8', 'é'],
    ['only the first BOM as a mark', Buffer.from('\ufeff\ufeffa'), 'utf-8', '\ufeffa'],
    ['ASCII', Buffer.from('a'), 'utf-8', 'a'],
    ['UTF-16LE with BOM', Buffer.from('\ufeffé😀', 'utf16le'), 'utf-16le', 'é😀'],
    ['UTF-16BE with BOM', utf16be('\ufeffé😀'), 'utf-16be', 'é😀'],
    ['Windows-1252', Buffer.from([0x80, 0x35, 0xe9, 0x93]), 'windows-1252', '€5é“'],
    ['UTF-8 cut short as Windows-1252', Buffer.from([0x61, 0xc3]), 'windows-1252', 'aÃ'],
  ])('%s is seen in pieces of any length', async (_, bytes, encoding, text) => {
    for (const pieceBytes of [1, 2, 3, 100]) {
      expect(await read(bytes, pieceBytes)).toEqual({ encoding, text });
    }
  });

  it('is Windows-1252 if the last byte alone is no UTF-8', async () => {
    const bytes = Buffer.concat([Buffer.from('é'.repeat(1000)), Buffer.from([0xe9])]);
    expect((await read(bytes, 64)).encoding).toBe('windows-1252');
  });

  it('brings any text back', async () => {
    await fc.assert(
      fc.asyncProperty(
        fc.string({ unit: 'binary', minLength: 1 }).filter((text) => !text.includes('\0')),
        fc.integer({ min: 1, max: 5 }),
        async (text, pieceBytes) => {
          for (const bytes of [
            Buffer.from(`\ufeff${text}`),
            Buffer.from(`\ufeff${text}`, 'utf16le'),
            utf16be(`\ufeff${text}`),
          ]) {
            expect((await read(bytes, pieceBytes)).text).toBe(text);
          }
        },
      ),
    );
  });

  it.each<[string, Buffer, RegExp]>([
    ['no byte', Buffer.alloc(0), /empty/],
    ['a BOM alone', Buffer.from('\ufeff'), /empty/],
    ['a UTF-16 BOM alone', Buffer.from([0xff, 0xfe]), /empty/],
    ['a NUL', Buffer.from('a,b\0c'), /NUL character \(byte 4\)/],
    ['a NUL behind a BOM', Buffer.from('\ufeffa\0'), /NUL/],
    ['a NUL in UTF-16', Buffer.from('\ufeffa\0', 'utf16le'), /NUL/],
    ['ill-formed UTF-8 behind a BOM', Buffer.from([0xef, 0xbb, 0xbf, 0x61, 0xe9]), /no valid UTF-8/],
    ['half a UTF-16 character', Buffer.from([0xff, 0xfe, 0x61]), /no valid UTF-16/],
    ['a lone surrogate', Buffer.from([0xfe, 0xff, 0xdc, 0x00]), /no valid UTF-16/],
    ['a byte that Windows-1252 lacks', Buffer.from([0x61, 0x81, 0xe9]), /byte 2 is 81/],
    ['the first of several such bytes', Buffer.from([0xe9, 0x61, 0x9d, 0x81]), /byte 3 is 9D/],
    ['a PNG', Buffer.from('89504e470d0a1a0a0000000d49484452', 'hex'), /no text: it contains a NUL/],
  ])('%s is rejected with one clear reason', async (_, bytes, reason) => {
    for (const pieceBytes of [1, 2, 100]) {
      await expect(read(bytes, pieceBytes)).rejects.toThrow(reason);
      await expect(read(bytes, pieceBytes)).rejects.toBeInstanceOf(CsvRejected);
    }
  });
});
