import { isAscii, isUtf8 } from 'node:buffer';
import { FileRejected } from '../files/file-rejected.ts';
import { nothing, refuseNul, remedy } from './refuse-nul.ts';
import { unfinishedBytes } from './unfinished-bytes.ts';
import { createWindows1252 } from './windows-1252.ts';

/** A file without byte order mark that began as UTF-8 is none: read it again from the start as Windows-1252. */
export class NotUtf8 extends Error {
  override readonly name = 'NotUtf8';
}

/** Brings the bytes of a text file into UTF-8 without byte order mark. */
export interface TextReader {
  /** Takes the next piece, of any length. What it answers may lie in the piece, and ends between characters. */
  write(piece: Buffer): Buffer;
  /** Answers the rest. */
  end(): Buffer;
}

const markBytes = 3;

/**
 * Reads a text in one pass, in constant memory. Its encoding is told by its byte order mark; without one it is UTF-8 or,
 * from the first byte on that cannot be, Windows-1252. Throws NotUtf8 if what was answered before was wrong then, and
 * FileRejected for an ill-formed text, a NUL character or no text at all. Default encoding: what the file says.
 */
export function createTextReader({ encoding }: { encoding?: 'windows-1252' } = {}): TextReader {
  let start = nothing;
  let reader: TextReader | undefined = encoding && createWindows1252({ offset: 0 });
  let isEmpty = true;
  const told = (text: Buffer): Buffer => {
    isEmpty &&= text.length === 0;
    return text;
  };
  return {
    write(piece) {
      if (reader !== undefined) return told(reader.write(piece));
      start = Buffer.concat([start, piece]);
      if (start.length < markBytes) return nothing;
      reader = readerFor(start);
      return told(reader.write(withoutMark(start)));
    },
    end() {
      const last = reader === undefined ? readerFor(start) : reader;
      const rest = reader === undefined ? [last.write(withoutMark(start)), last.end()] : [last.end()];
      const text = told(Buffer.concat(rest));
      if (isEmpty) throw new FileRejected('The file is empty: it has no text at all');
      return text;
    },
  };
}

function readerFor(start: Buffer): TextReader {
  if (hasUtf8Mark(start)) return createUtf8({ offset: markBytes, isMarked: true });
  if (start[0] === 0xff && start[1] === 0xfe) return createUtf16('utf-16le');
  if (start[0] === 0xfe && start[1] === 0xff) return createUtf16('utf-16be');
  return createUtf8({ offset: 0, isMarked: false });
}

function hasUtf8Mark(start: Buffer): boolean {
  return start[0] === 0xef && start[1] === 0xbb && start[2] === 0xbf;
}

/** UTF-16's decoder takes the mark away itself. */
function withoutMark(start: Buffer): Buffer {
  return hasUtf8Mark(start) ? start.subarray(markBytes) : start;
}

function createUtf8({ offset, isMarked }: { offset: number; isMarked: boolean }): TextReader {
  let held = nothing;
  let onlyAscii = true;
  let other: TextReader | undefined;
  const take = (piece: Buffer, isLast: boolean): Buffer => {
    const bytes = held.length === 0 ? piece : Buffer.concat([held, piece]);
    const whole = isLast ? bytes.length : bytes.length - unfinishedBytes(bytes);
    const text = bytes.subarray(0, whole);
    refuseNul(text, offset);
    if (!isUtf8(text)) {
      if (isMarked) throw illFormed('UTF-8');
      if (!onlyAscii) throw new NotUtf8('the file has a byte that is no UTF-8');
      other = createWindows1252({ offset });
      return other.write(bytes);
    }
    onlyAscii &&= isAscii(text);
    offset += whole;
    // A copy: the piece may be used again.
    held = Buffer.from(bytes.subarray(whole));
    return text;
  };
  return {
    write: (piece) => other?.write(piece) ?? take(piece, false),
    end: () => (other === undefined ? take(nothing, true) : nothing),
  };
}

function createUtf16(encoding: 'utf-16le' | 'utf-16be'): TextReader {
  const decoder = new TextDecoder(encoding, { fatal: true });
  const decode = (piece?: Buffer): Buffer => {
    let text: string;
    try {
      text = piece === undefined ? decoder.decode() : decoder.decode(piece, { stream: true });
    } catch {
      throw illFormed('UTF-16');
    }
    if (text.includes('\0'))
      throw new FileRejected(`The file contains a NUL character, so it is no text: ${remedy}`);
    return Buffer.from(text);
  };
  return { write: decode, end: () => decode() };
}

function illFormed(spoken: string): FileRejected {
  return new FileRejected(`The file begins as ${spoken} but is no valid ${spoken} text: ${remedy}`);
}
