import { FileRejected } from '../files/file-rejected.ts';
import { xmlName } from '../xml/xml-name.ts';
import type { XmlEvents } from '../xml/xml-scanner.ts';
import type { XmlTag } from '../xml/xml-tag.ts';
import { unescapedText } from './unescaped-text.ts';

/** A cell has at most 32,767 UTF-16 units of at most three bytes; escapes make seven of one. */
const longestBytes = 32_767 * 7;
const chunkBytes = 1024 * 1024;
const [si, t, rPh] = [xmlName('si'), xmlName('t'), xmlName('rPh')];

/**
 * The texts that a workbook keeps apart from its cells, by their number. They lie in buffers and not on the heap, since a
 * large workbook has millions. Throws FileRejected if it has more than fit into memory.
 */
export class SharedStrings implements XmlEvents {
  private readonly maximum: { bytes: number; strings: number };
  private readonly chunks: Buffer[] = [];
  private starts: Uint32Array<ArrayBuffer> = new Uint32Array(1024);
  private lengths: Uint32Array<ArrayBuffer> = new Uint32Array(1024);
  private count = 0;
  /** Where the next one may start, counted through all chunks. */
  private end = 0;
  private readonly scratch = Buffer.allocUnsafe(longestBytes);
  private filled = 0;
  private inText = false;
  private inPhonetics = false;

  /** Default: 128 MiB in 8,388,608 texts. */
  constructor({ bytes = 128 * 1024 * 1024, strings = 8 * 1024 * 1024 } = {}) {
    this.maximum = { bytes, strings };
  }

  /** Where the text of a number stands; undefined if there is none. */
  find(number: number): { bytes: Buffer; start: number; end: number } | undefined {
    if (!(number >= 0 && number < this.count)) return undefined;
    const place = this.starts[number] as number;
    const bytes = this.chunks[Math.floor(place / chunkBytes)] as Buffer;
    const start = place % chunkBytes;
    return { bytes, start, end: start + (this.lengths[number] as number) };
  }

  onOpen({ code }: XmlTag, depth: number): void {
    if (depth === 2) this.filled = 0;
    else if (code === rPh) this.inPhonetics = true;
    else if (code === t) this.inText = !this.inPhonetics;
  }

  onText(bytes: Buffer, start: number, end: number): void {
    if (!this.inText) return;
    if (this.filled + end - start > longestBytes) throw tooLong();
    this.filled += bytes.copy(this.scratch, this.filled, start, end);
  }

  onClose(code: number, depth: number): void {
    if (code === t) this.inText = false;
    else if (code === rPh) this.inPhonetics = false;
    else if (depth === 2 && code === si) this.keep(unescapedText(this.scratch.subarray(0, this.filled)));
  }

  private keep(text: Buffer): void {
    const { chunks, count } = this;
    if (count === this.starts.length) {
      this.starts = doubled(this.starts);
      this.lengths = doubled(this.lengths);
    }
    if ((this.end % chunkBytes) + text.length > chunkBytes || this.end === chunks.length * chunkBytes) {
      this.end = chunks.length * chunkBytes;
      chunks.push(Buffer.allocUnsafeSlow(chunkBytes));
    }
    if (count === this.maximum.strings || this.end + text.length > this.maximum.bytes) throw tooMuch();
    text.copy(chunks[chunks.length - 1] as Buffer, this.end % chunkBytes);
    this.starts[count] = this.end;
    this.lengths[count] = text.length;
    this.count += 1;
    this.end += text.length;
  }
}

function doubled(numbers: Uint32Array<ArrayBuffer>): Uint32Array<ArrayBuffer> {
  const larger = new Uint32Array(2 * numbers.length);
  larger.set(numbers);
  return larger;
}

function tooMuch(): FileRejected {
  return new FileRejected(
    'The workbook holds more different texts than can be read at once: save it as "CSV UTF-8", or split it, and upload that',
  );
}

function tooLong(): FileRejected {
  return new FileRejected(
    'The workbook has a cell of more than 32,767 characters, more than Excel allows: shorten it and upload the workbook again',
  );
}
