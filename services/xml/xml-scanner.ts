import { isUtf8 } from 'node:buffer';
import { unfinishedBytes } from '../csv/unfinished-bytes.ts';
import { FileRejected } from '../files/file-rejected.ts';
import { damagedWorkbook } from './damaged-workbook.ts';
import { decodeXml } from './decode-xml.ts';
import { behindPrefix, behindSpace, endOfName, shortName } from './xml-name.ts';
import { XmlTag } from './xml-tag.ts';

/** Takes what an XML text consists of, in its order. */
export interface XmlEvents {
  /** An element begins; `depth` is 1 for the outermost. The tag is another's with the next event. */
  onOpen(tag: XmlTag, depth: number): void;
  /** A piece of text inside the innermost element, as UTF-8 between two places; one text may come in several. */
  onText(bytes: Buffer, start: number, end: number): void;
  /** The innermost element, which has this short name (see `xmlName`), ends. */
  onClose(code: number, depth: number): void;
}

const [lt, gt, slash, bang, question, ampersand, semicolon, cr] = [60, 62, 47, 33, 63, 38, 59, 13];

/** No tag is longer, nor is anything else that must be seen as a whole. */
const longestBytes = 64 * 1024;
const deepest = 256;
/** What a reference has at most. */
const referenceBytes = 12;

/**
 * Reads XML in UTF-8, fed in pieces of any length, in constant memory: what a spreadsheet is made of, twenty times as fast
 * as a parser that makes strings. It knows no document type definition and refuses a file that has one, so that no entity
 * can grow. Throws FileRejected.
 */
export class XmlScanner {
  private readonly events: XmlEvents;
  private readonly tag = new XmlTag();
  private carry: Buffer = Buffer.alloc(0);
  /** What ends the comment, the instruction or the CDATA section that is being read. */
  private until: '-->' | '?>' | ']]>' | undefined;
  /** The names of the elements that are open, by their hash. */
  private readonly open: number[] = [];
  private hasBegun = false;
  private hasRoot = false;

  constructor(events: XmlEvents) {
    this.events = events;
  }

  /** Takes the next piece. */
  write(piece: Uint8Array): void {
    let bytes = this.carry.length === 0 ? view(piece) : Buffer.concat([this.carry, piece]);
    if (!this.hasBegun) {
      if (bytes.length < 3) {
        this.carry = Buffer.from(bytes);
        return;
      }
      this.hasBegun = true;
      if (bytes[0] === 0xef && bytes[1] === 0xbb && bytes[2] === 0xbf) bytes = bytes.subarray(3);
    }
    const end = bytes.length - unfinishedBytes(bytes);
    const whole = bytes.subarray(0, end);
    if (!isUtf8(whole)) throw damagedWorkbook('it is not UTF-8');
    if (whole.includes(0)) throw damagedWorkbook('it has a NUL character');
    let at = 0;
    while (at < end) {
      const next = this.step(bytes, at, end);
      if (next === at) break;
      at = next;
    }
    if (bytes.length - at > longestBytes) throw damagedWorkbook('a part of it is too long');
    // A copy: the piece may be used again.
    this.carry = Buffer.from(bytes.subarray(at));
  }

  /** Says that nothing follows. */
  end(): void {
    if (this.carry.length > 0 || this.open.length > 0 || !this.hasRoot)
      throw damagedWorkbook('it ends too early');
  }

  /** Reads on from a place and answers how far it came; the same place if more bytes are needed. */
  private step(bytes: Buffer, at: number, end: number): number {
    if (this.until !== undefined) return this.readUntil(this.until, bytes, at, end);
    if (bytes[at] !== lt) return this.readText(bytes, at, end);
    const second = bytes[at + 1];
    if (at + 1 >= end) return at;
    if (second === slash) return this.readClose(bytes, at, end);
    if (second === question) {
      this.until = '?>';
      return at + 2;
    }
    return second === bang ? this.readDeclaration(bytes, at, end) : this.readOpen(bytes, at, end);
  }

  private readText(bytes: Buffer, at: number, end: number): number {
    let stop = at;
    let isPlain = true;
    for (; stop < end; stop += 1) {
      const byte = bytes[stop];
      if (byte === lt) break;
      if (byte === ampersand || byte === cr) isPlain = false;
    }
    if (stop === end && !isPlain) stop = this.safeEnd(bytes, at, end);
    if (isPlain) this.tell(bytes, at, stop);
    else if (stop > at) this.tellWhole(decodeXml(bytes, at, stop));
    return stop;
  }

  /** Where a text may be cut: not inside a reference, nor inside a CRLF. */
  private safeEnd(bytes: Buffer, at: number, end: number): number {
    for (let back = end - 1; back >= Math.max(at, end - referenceBytes); back -= 1) {
      if (bytes[back] === semicolon) break;
      if (bytes[back] === ampersand) return back;
    }
    return bytes[end - 1] === cr ? end - 1 : end;
  }

  private tell(bytes: Buffer, start: number, end: number): void {
    if (this.open.length > 0) this.events.onText(bytes, start, end);
    else if (behindSpace(bytes, start, end) < end) throw damagedWorkbook('text stands outside its elements');
  }

  private tellWhole(text: Buffer): void {
    this.tell(text, 0, text.length);
  }

  private readDeclaration(bytes: Buffer, at: number, end: number): number {
    const beginning = bytes.toString('latin1', at, Math.min(at + 9, end));
    if (beginning.startsWith('<!--')) {
      this.until = '-->';
      return at + 4;
    }
    if (beginning === '<![CDATA[' && this.open.length > 0) {
      this.until = ']]>';
      return at + 9;
    }
    if ('<![CDATA['.startsWith(beginning) || beginning === '<!-') return at;
    if ('<!DOCTYPE'.startsWith(beginning)) {
      if (beginning.length < 9) return at;
      throw new FileRejected(
        'The workbook has a document type definition, which no spreadsheet program writes: ' +
          'open it in Excel, save it again, and upload it again',
      );
    }
    throw damagedWorkbook(`${beginning} is no XML`);
  }

  private readUntil(mark: '-->' | '?>' | ']]>', bytes: Buffer, at: number, end: number): number {
    const found = bytes.subarray(0, end).indexOf(mark, at);
    let stop = found < 0 ? Math.max(at, end - mark.length + 1) : found;
    // Not inside a character.
    while (stop > at && ((bytes[stop] ?? 0) & 0xc0) === 0x80) stop -= 1;
    if (mark === ']]>' && stop > at) {
      const last = found < 0 && bytes[stop - 1] === cr ? stop - 1 : stop;
      this.tellWhole(Buffer.from(bytes.toString('utf8', at, last).replaceAll(/\r\n?/g, '\n')));
      if (last < stop) return last;
    }
    if (found < 0) return stop;
    this.until = undefined;
    return found + mark.length;
  }

  private readClose(bytes: Buffer, at: number, end: number): number {
    const start = at + 2;
    const nameEnd = endOfName(bytes, start, end);
    const close = behindSpace(bytes, nameEnd, end);
    if (close >= end) return at;
    if (bytes[close] !== gt || this.open.at(-1) !== hash(bytes, start, nameEnd)) {
      throw damagedWorkbook(`${bytes.toString('utf8', at, Math.min(close + 1, at + 40))} ends nothing`);
    }
    this.endElement(shortName(bytes, behindPrefix(bytes, start, nameEnd), nameEnd));
    return close + 1;
  }

  private endElement(code: number): void {
    this.events.onClose(code, this.open.length);
    this.open.pop();
  }

  private readOpen(bytes: Buffer, at: number, end: number): number {
    const { tag, open } = this;
    const next = tag.read(bytes, at, end);
    if (next < 0) return at;
    if (open.length === 0) {
      if (this.hasRoot) throw damagedWorkbook('an XML text has two outermost elements');
      this.hasRoot = true;
    }
    if (open.length === deepest) throw damagedWorkbook('elements are nested too deeply');
    open.push(hash(bytes, at + 1, tag.nameEnd));
    this.events.onOpen(tag, open.length);
    if (tag.isEmpty) this.endElement(tag.code);
    return next;
  }
}

/** FNV-1a: tells one name from another while elements are nested as a file of a spreadsheet has them. */
function hash(bytes: Buffer, start: number, end: number): number {
  let value = 0x811c9dc5;
  for (let at = start; at < end; at += 1) value = Math.imul(value ^ (bytes[at] as number), 0x01000193);
  return value;
}

function view(piece: Uint8Array): Buffer {
  return Buffer.from(piece.buffer, piece.byteOffset, piece.length);
}
