import { type CopyValue, copyField } from './copy-field.ts';

const tab = 9;
const lf = 10;
const backslash = 92;
/** What stands behind a backslash for the bytes that mean something to COPY; 0 for all others. */
const escapes = new Uint8Array(256);
for (const [byte, letter] of ['\tt', '\nn', '\rr', '\\\\'].map((pair) => Buffer.from(pair))) {
  escapes[byte as number] = letter as number;
}
const none = Buffer.from('\\N');

/**
 * Writes lines of COPY's text format, field by field, into memory that it uses again. Text is taken as the bytes that it
 * came in where it can be, since making strings of it costs more than all else.
 */
export class CopyWriter {
  private bytes = Buffer.allocUnsafe(128 * 1024);
  private filled = 0;

  /** How many bytes have been written and not been taken. */
  get length(): number {
    return this.filled;
  }

  /** A field that is NULL. */
  none(): void {
    this.ready(none);
  }

  /** A field of any value. */
  value(value: CopyValue): void {
    const field = copyField(value);
    this.makeRoom(3 * field.length + 1);
    this.filled += this.bytes.write(field, this.filled);
    this.endField();
  }

  /** A field of text in UTF-8. */
  text(bytes: Uint8Array, from: number, to: number): void {
    this.makeRoom(2 * (to - from) + 1);
    const target = this.bytes;
    let at = this.filled;
    for (let place = from; place < to; place += 1) {
      const byte = bytes[place] as number;
      const letter = escapes[byte] as number;
      if (letter !== 0) {
        target[at] = backslash;
        at += 1;
      }
      target[at] = letter === 0 ? byte : letter;
      at += 1;
    }
    this.filled = at;
    this.endField();
  }

  /** A field that `copyField` has written before. */
  ready(field: Uint8Array): void {
    this.makeRoom(field.length + 1);
    const target = this.bytes;
    let at = this.filled;
    for (let place = 0; place < field.length; place += 1) {
      target[at] = field[place] as number;
      at += 1;
    }
    this.filled = at;
    this.endField();
  }

  /** Ends the line behind the field that was written last. */
  endLine(): void {
    this.bytes[this.filled - 1] = lf;
  }

  /** Hands out what was written. */
  take(): Uint8Array {
    const taken = new Uint8Array(this.bytes.subarray(0, this.filled));
    this.filled = 0;
    return taken;
  }

  private endField(): void {
    this.bytes[this.filled] = tab;
    this.filled += 1;
  }

  private makeRoom(bytes: number): void {
    if (this.filled + bytes <= this.bytes.length) return;
    const larger = Buffer.allocUnsafe(Math.max(this.filled + bytes, 2 * this.bytes.length));
    larger.set(this.bytes.subarray(0, this.filled));
    this.bytes = larger;
  }
}
