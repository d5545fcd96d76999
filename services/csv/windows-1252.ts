import { isAscii } from 'node:buffer';
import { FileRejected } from '../files/file-rejected.ts';
import { nothing, refuseNul, remedy } from './refuse-nul.ts';
import type { TextReader } from './text-reader.ts';

/** The bytes that mean nothing in Windows-1252; TextDecoder lets them pass as control characters. */
const unused = [0x81, 0x8d, 0x8f, 0x90, 0x9d];

/** Brings Windows-1252 into UTF-8; so many bytes of the file have passed before. Throws FileRejected. */
export function createWindows1252({ offset }: { offset: number }): TextReader {
  const decoder = new TextDecoder('windows-1252');
  let passed = offset;
  return {
    write(piece) {
      refuseNul(piece, passed);
      refuseUnused(piece, passed);
      passed += piece.length;
      return isAscii(piece) ? piece : Buffer.from(decoder.decode(piece, { stream: true }));
    },
    end: () => nothing,
  };
}

function refuseUnused(bytes: Buffer, offset: number): void {
  const places = unused.map((byte) => bytes.indexOf(byte)).filter((place) => place >= 0);
  if (places.length === 0) return;
  const first = Math.min(...places);
  const name = bytes[first]?.toString(16).toUpperCase();
  throw new FileRejected(
    `The file is neither UTF-8 nor Windows-1252: byte ${offset + first + 1} is ${name}. Please ${remedy}`,
  );
}
