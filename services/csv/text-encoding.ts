import { CsvRejected } from './csv-rejected.ts';

/** An encoding in which a CSV may come. */
export type TextEncoding = 'utf-8' | 'utf-16le' | 'utf-16be' | 'windows-1252';

const remedy = 'save it as "CSV UTF-8" and upload it again';

/**
 * Reads a whole file once, in constant memory, and tells its encoding: by its byte order mark, else UTF-8 if all of
 * it is valid, else Windows-1252. Throws CsvRejected for an ill-formed text, a NUL character or no text at all, so
 * that decoding the same bytes afterwards cannot fail.
 */
export async function detectEncoding(content: AsyncIterable<Buffer>): Promise<TextEncoding> {
  let start: Buffer | undefined = Buffer.alloc(0);
  let check: TextCheck | undefined;
  for await (const chunk of content) {
    if (start === undefined) {
      check?.write(chunk);
      continue;
    }
    start = Buffer.concat([start, chunk]);
    if (start.length < 3) continue;
    check = checkFor(start);
    check.write(start);
    start = undefined;
  }
  if (start !== undefined) {
    check = checkFor(start);
    check.write(start);
  }
  if (check === undefined) throw new CsvRejected('The file is empty: it has no text at all');
  return check.end();
}

/** Decodes the bytes of a file in that encoding, without its byte order mark, in pieces of any length. */
export async function* decodeText(
  content: AsyncIterable<Buffer>,
  encoding: TextEncoding,
): AsyncGenerator<string> {
  const decoder = new TextDecoder(encoding, { fatal: true });
  for await (const chunk of content) {
    const text = decoder.decode(chunk, { stream: true });
    if (text !== '') yield text;
  }
  const rest = decoder.decode();
  if (rest !== '') yield rest;
}

interface TextCheck {
  write(chunk: Buffer): void;
  end(): TextEncoding;
}

function checkFor(start: Buffer): TextCheck {
  if (start[0] === 0xff && start[1] === 0xfe) return markedText('utf-16le', 'UTF-16');
  if (start[0] === 0xfe && start[1] === 0xff) return markedText('utf-16be', 'UTF-16');
  if (start[0] === 0xef && start[1] === 0xbb && start[2] === 0xbf) return markedText('utf-8', 'UTF-8');
  return unmarkedText();
}

function markedText(encoding: TextEncoding, spoken: string): TextCheck {
  const decoder = new TextDecoder(encoding, { fatal: true });
  let characters = 0;
  function decode(chunk?: Buffer): void {
    let text: string;
    try {
      text = chunk === undefined ? decoder.decode() : decoder.decode(chunk, { stream: true });
    } catch {
      throw new CsvRejected(`The file begins as ${spoken} but is no valid ${spoken} text: ${remedy}`);
    }
    if (text.includes('\0')) {
      throw new CsvRejected(`The file contains a NUL character, so it is no text: ${remedy}`);
    }
    characters += text.length;
  }
  return {
    write: decode,
    end() {
      decode();
      if (characters === 0) throw new CsvRejected('The file is empty: it has no text at all');
      return encoding;
    },
  };
}

/** The bytes that mean nothing in Windows-1252; TextDecoder lets them pass as control characters. */
const unusedIn1252 = [0x81, 0x8d, 0x8f, 0x90, 0x9d];

function unmarkedText(): TextCheck {
  const decoder = new TextDecoder('utf-8', { fatal: true });
  let isUtf8 = true;
  let bytes = 0;
  let unused: { byte: number; offset: number } | undefined;
  function decodes(chunk?: Buffer): boolean {
    try {
      decoder.decode(chunk, { stream: chunk !== undefined });
      return true;
    } catch {
      return false;
    }
  }
  return {
    write(chunk) {
      const nul = chunk.indexOf(0);
      if (nul >= 0) {
        throw new CsvRejected(
          `The file is no text: it contains a NUL character (byte ${bytes + nul + 1}). If it is a spreadsheet, ${remedy}`,
        );
      }
      isUtf8 &&= decodes(chunk);
      if (unused === undefined) {
        const found = unusedIn1252
          .map((byte) => ({ byte, offset: chunk.indexOf(byte) }))
          .filter(({ offset }) => offset >= 0)
          .sort((a, b) => a.offset - b.offset)[0];
        if (found !== undefined) unused = { byte: found.byte, offset: bytes + found.offset };
      }
      bytes += chunk.length;
    },
    end() {
      if (bytes === 0) throw new CsvRejected('The file is empty: it has no text at all');
      if (isUtf8 && decodes()) return 'utf-8';
      if (unused !== undefined) {
        const name = unused.byte.toString(16).toUpperCase();
        throw new CsvRejected(
          `The file is neither UTF-8 nor Windows-1252: byte ${unused.offset + 1} is ${name}. Please ${remedy}`,
        );
      }
      return 'windows-1252';
    },
  };
}
