import { damagedWorkbook } from './damaged-workbook.ts';
import { decodeXml } from './decode-xml.ts';
import { behindPrefix, behindSpace, endOfName, isSpace, shortName } from './xml-name.ts';

const [lt, gt, slash, equals, doubleQuote, singleQuote] = [60, 62, 47, 61, 34, 39];
/** How many attributes an element may have. */
const mostAttributes = 256;

/** The beginning of an element. One object stands for every element of a file in turn, since a sheet has millions. */
export class XmlTag {
  /** What `xmlName` says of the name; 0 for a longer one. */
  code = 0;
  /** What the elements' values refer to. */
  bytes: Buffer = Buffer.alloc(0);
  /** Where the value that `has` found starts. */
  valueStart = 0;
  /** The place behind it. */
  valueEnd = 0;
  /** The place behind the name. */
  nameEnd = 0;
  /** Whether the element ends at once. */
  isEmpty = false;
  private nameStart = 0;
  private count = 0;
  /** Of each attribute: where its name starts and ends, and where its value does. */
  private readonly places = new Int32Array(4 * mostAttributes);

  /** The name without prefix. */
  get name(): string {
    return this.bytes.toString('utf8', this.nameStart, this.nameEnd);
  }

  /** Reads the tag that begins at a place, and answers the place behind it; -1 if it is not complete. */
  read(bytes: Buffer, at: number, end: number): number {
    this.begin(bytes, at + 1, endOfName(bytes, at + 1, end));
    let place = this.nameEnd;
    for (;;) {
      const isApart = isSpace(bytes[place]);
      place = behindSpace(bytes, place, end);
      if (place >= end) return -1;
      if (bytes[place] === gt) {
        this.isEmpty = false;
        return place + 1;
      }
      if (bytes[place] === slash) {
        if (place + 1 >= end) return -1;
        if (bytes[place + 1] !== gt) throw damagedWorkbook('a slash stands inside a tag');
        this.isEmpty = true;
        return place + 2;
      }
      if (!isApart) throw damagedWorkbook('attributes are not apart');
      place = this.readAttribute(bytes, place, end);
      if (place < 0) return -1;
    }
  }

  private begin(bytes: Buffer, start: number, end: number): void {
    this.bytes = bytes;
    this.nameStart = behindPrefix(bytes, start, end);
    this.nameEnd = end;
    this.code = shortName(bytes, this.nameStart, end);
    this.count = 0;
    if (this.nameStart === end && bytes[end] !== undefined) throw damagedWorkbook('an element has no name');
  }

  /** Answers the place behind an attribute; -1 if it is not complete. */
  private readAttribute(bytes: Buffer, start: number, end: number): number {
    const nameEnd = endOfName(bytes, start, end);
    const sign = behindSpace(bytes, nameEnd, end);
    if (sign >= end) return -1;
    if (bytes[sign] !== equals || nameEnd === start) throw damagedWorkbook('an attribute has no value');
    const opening = behindSpace(bytes, sign + 1, end);
    if (opening >= end) return -1;
    const quote = bytes[opening];
    if (quote !== doubleQuote && quote !== singleQuote) throw damagedWorkbook('a value has no quotes');
    let closing = opening + 1;
    while (closing < end && bytes[closing] !== quote) {
      if (bytes[closing] === lt) throw damagedWorkbook('a tag begins inside a value');
      closing += 1;
    }
    if (closing >= end) return -1;
    this.keep(start, nameEnd, opening + 1, closing);
    return closing + 1;
  }

  /** Sixty million times for a large sheet: no array is made of the places. */
  private keep(nameStart: number, nameEnd: number, valueStart: number, valueEnd: number): void {
    const { places } = this;
    const at = 4 * this.count;
    if (at === places.length) throw damagedWorkbook('an element has too many attributes');
    places[at] = nameStart;
    places[at + 1] = nameEnd;
    places[at + 2] = valueStart;
    places[at + 3] = valueEnd;
    this.count += 1;
  }

  /** The value of an attribute by its name without prefix; undefined if there is none. */
  attribute(name: string): string | undefined {
    const { bytes, places } = this;
    for (let at = 0; at < 4 * this.count; at += 4) {
      const end = places[at + 1] as number;
      const start = behindPrefix(bytes, places[at] as number, end);
      if (bytes.toString('utf8', start, end) !== name) continue;
      const value = bytes.toString('utf8', places[at + 2], places[at + 3]);
      // White space of every kind means a blank there, unless it is written as a reference.
      const blank = Buffer.from(value.replaceAll(/\r\n|[\r\n\t]/g, ' '));
      return decodeXml(blank, 0, blank.length).toString();
    }
    return undefined;
  }

  /** Whether there is an attribute whose name is this one letter, without prefix; its value's place is told then. */
  has(letter: number): boolean {
    const { bytes, places } = this;
    for (let at = 0; at < 4 * this.count; at += 4) {
      const start = places[at] as number;
      if (bytes[start] !== letter || places[at + 1] !== start + 1) continue;
      this.valueStart = places[at + 2] as number;
      this.valueEnd = places[at + 3] as number;
      return true;
    }
    return false;
  }
}
