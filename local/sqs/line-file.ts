import { closeSync, ftruncateSync, openSync, readSync, writeSync } from 'node:fs';

const newLine = 0x0a;

/** Reads a file's whole lines one after the other; what stands behind the last line end is left out. */
export function* readLines(file: string): Generator<string> {
  const descriptor = openSync(file, 'r');
  try {
    const chunk = Buffer.alloc(1 << 20);
    let begun: Buffer[] = [];
    for (let length = readSync(descriptor, chunk); length > 0; length = readSync(descriptor, chunk)) {
      let start = 0;
      for (let end = chunk.indexOf(newLine); end >= 0 && end < length; end = chunk.indexOf(newLine, start)) {
        yield Buffer.concat([...begun, chunk.subarray(start, end)]).toString('utf8');
        begun = [];
        start = end + 1;
      }
      begun.push(Buffer.from(chunk.subarray(start, length)));
    }
  } finally {
    closeSync(descriptor);
  }
}

/** A file that grows by whole lines; each is with the operating system when `append` returns. */
export class LineFile {
  readonly #descriptor: number;
  #bytes = 0;

  /** Starts the file anew. */
  constructor(file: string) {
    this.#descriptor = openSync(file, 'w');
  }

  get bytes(): number {
    return this.#bytes;
  }

  /** Throws what the file system says, and then leaves no part of the text behind. */
  append(lines: string): void {
    const bytes = Buffer.from(lines);
    try {
      let written = 0;
      while (written < bytes.length) {
        written += writeSync(this.#descriptor, bytes, written, bytes.length - written, this.#bytes + written);
      }
    } catch (error) {
      ftruncateSync(this.#descriptor, this.#bytes);
      throw error;
    }
    this.#bytes += bytes.length;
  }

  close(): void {
    closeSync(this.#descriptor);
  }
}
