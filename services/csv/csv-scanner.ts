import { FileRejected } from '../files/file-rejected.ts';
import { CsvRow } from './csv-row.ts';
import type { OnRow, RowReader } from './row-reader.ts';

/** How a file is written. */
export interface CsvDialect {
  /** One ASCII character; neither a quote nor a line end. Default: a comma. */
  separator?: string;
  /** A longer row is a bad one, and its rest is not kept. Default 8 MiB. */
  rowBytes?: number;
}

const tab = 9;
const lf = 10;
const cr = 13;
const blank = 32;
const quote = 34;

/**
 * Splits text in UTF-8 into records by RFC 4180, fed in pieces of any length with the same outcome. CRLF, LF and a lone
 * CR each end a line, inside quotes as outside. Blank lines are skipped. A quote inside an unquoted cell, or text behind
 * a closing quote, makes a row with a problem that ends with its line. Memory stays bounded whatever a file contains.
 */
export class CsvScanner implements RowReader {
  private readonly row = new CsvRow();
  private readonly separator: number;
  private readonly rowBytes: number;
  private state: 'plain' | 'quoted' | 'quote-closed' = 'plain';
  private line = 1;
  private quoteLine = 1;
  private afterCr = false;
  private rowStart = 0;
  /** Whether bytes of the row were dropped because there were too many. */
  private cut = false;
  private malformed = false;
  private anyQuoted = false;
  /** Where the cell starts, behind its quote if it has one. */
  private cellStart = 0;
  private closedAt = 0;
  private doubled = false;
  /** How far the row's bytes reach, before the next piece. */
  private filled = 0;

  constructor({ separator = ',', rowBytes = 8 * 1024 * 1024 }: CsvDialect = {}) {
    this.separator = separator.charCodeAt(0);
    this.rowBytes = rowBytes;
  }

  /** Takes the next piece of the text and tells the records that it completes. */
  write(piece: Uint8Array, onRow: OnRow): void {
    const end = this.row.append(piece, this.filled);
    let at = this.afterCr && end > this.filled ? this.completeCrLf() : this.filled;
    while (at < end) {
      if (this.state === 'quoted') at = this.readQuoted(at, end);
      else if (this.state === 'quote-closed') at = this.readBehindQuotes(at, end, onRow);
      else at = this.readPlain(at, end, onRow);
    }
    this.keepRow(end);
  }

  /** Completes the last record. Throws FileRejected, naming the line, if a quote was never closed. */
  end(onRow: OnRow): void {
    if (this.state === 'quoted') {
      throw new FileRejected(
        `The quote that opens on line ${this.quoteLine} is never closed: close it or take it away, and upload the file again`,
      );
    }
    if (this.anyQuoted || this.row.cellCount > 0 || this.cellStart < this.filled) {
      this.endRow(this.filled, onRow);
    }
  }

  /** Reads unquoted cells to the end of the row or of the piece, or to a cell that is quoted. */
  private readPlain(from: number, end: number, onRow: OnRow): number {
    const { separator } = this;
    const { bytes } = this.row;
    for (let at = from; at < end; at += 1) {
      const byte = bytes[at] as number;
      if (byte === separator) {
        this.endCell(at);
        this.cellStart = at + 1;
      } else if (byte > quote) {
        // By far the most bytes: they end nothing.
      } else if (byte === lf || byte === cr) {
        return this.endLine(at, end, onRow);
      } else if (byte === quote && !this.malformed) {
        if (at === this.cellStart) return this.openQuotes(at);
        this.malform(`a quote stands inside an unquoted cell on line ${this.line}`);
      }
    }
    return end;
  }

  private openQuotes(at: number): number {
    this.state = 'quoted';
    this.anyQuoted = true;
    this.quoteLine = this.line;
    this.cellStart = at + 1;
    return at + 1;
  }

  private readQuoted(from: number, end: number): number {
    const { bytes } = this.row;
    for (let at = from; at < end; at += 1) {
      const byte = bytes[at] as number;
      if (byte > quote) continue;
      if (byte === quote) {
        this.state = 'quote-closed';
        this.closedAt = at;
        return at + 1;
      }
      if (byte === lf || byte === cr) {
        this.line += 1;
        at = this.behindLineEnd(at, end) - 1;
      }
    }
    return end;
  }

  private readBehindQuotes(at: number, end: number, onRow: OnRow): number {
    const byte = this.row.bytes[at];
    if (byte === lf || byte === cr) return this.endLine(at, end, onRow);
    if (byte === quote) {
      this.state = 'quoted';
      this.doubled = true;
    } else if (byte === this.separator) {
      this.endCell(at);
      this.cellStart = at + 1;
    } else {
      this.malform(`text stands behind a closing quote on line ${this.line}`);
      // It is shown as it was written.
      this.cellStart -= 1;
      this.doubled = false;
      this.state = 'plain';
    }
    return at + 1;
  }

  private malform(problem: string): void {
    this.row.problem ??= problem;
    this.malformed = true;
  }

  private endCell(at: number): void {
    const { row } = this;
    const limit = this.rowStart + this.rowBytes;
    const start = Math.min(this.cellStart, limit);
    let end = Math.min(this.state === 'quote-closed' ? this.closedAt : at, limit);
    if (this.doubled) end = row.resolveQuotes(start, end);
    row.addCell(start, end);
    this.state = 'plain';
    this.doubled = false;
  }

  private endLine(at: number, end: number, onRow: OnRow): number {
    this.endRow(at, onRow);
    this.line += 1;
    this.row.line = this.line;
    this.rowStart = this.behindLineEnd(at, end);
    this.cellStart = this.rowStart;
    return this.rowStart;
  }

  private endRow(at: number, onRow: OnRow): void {
    const { row } = this;
    const isTooLong = this.cut || at - this.rowStart > this.rowBytes;
    if (isTooLong || !this.isBlank(at)) {
      this.endCell(at);
      if (isTooLong) row.problem ??= `the row is longer than ${this.rowBytes} bytes`;
      onRow(row);
    }
    row.cellCount = 0;
    row.problem = undefined;
    this.cut = false;
    this.malformed = false;
    this.anyQuoted = false;
  }

  private isBlank(end: number): boolean {
    if (this.row.cellCount > 0 || this.anyQuoted) return false;
    for (let at = this.cellStart; at < end; at += 1) {
      const byte = this.row.bytes[at];
      if (byte !== blank && byte !== tab) return false;
    }
    return true;
  }

  /** The place behind the line end that begins here; a CRLF may continue in the next piece. */
  private behindLineEnd(at: number, end: number): number {
    const { bytes } = this.row;
    if (bytes[at] === lf) return at + 1;
    if (at + 1 < end) return bytes[at + 1] === lf ? at + 2 : at + 1;
    this.afterCr = true;
    return at + 1;
  }

  /** Two pieces share a CRLF: it ends one line, and inside quotes both halves belong to the cell. */
  private completeCrLf(): number {
    this.afterCr = false;
    if (this.row.bytes[this.filled] !== lf) return this.filled;
    if (this.state === 'quoted') return this.filled + 1;
    this.rowStart += 1;
    this.cellStart += 1;
    return this.rowStart;
  }

  /** Moves what there is of the current row to the front, as much as is kept of any row. */
  private keepRow(end: number): void {
    const { rowStart } = this;
    if (rowStart > 0) {
      this.row.moveToFront(rowStart, end);
      this.cellStart -= rowStart;
      this.closedAt -= rowStart;
      this.rowStart = 0;
    }
    this.filled = end - rowStart;
    if (this.filled <= this.rowBytes) return;
    // One byte more tells a cell that has begun from one that has not.
    const kept = this.rowBytes + 1;
    this.cut = true;
    const hasBegun = this.state === 'plain' && this.cellStart < this.filled;
    // A quoted cell may yet turn out malformed, and then begins at its quote: one byte before its start.
    this.cellStart = Math.min(this.cellStart, hasBegun ? this.rowBytes : kept);
    this.closedAt = Math.min(this.closedAt, this.rowBytes);
    this.filled = kept;
  }
}
