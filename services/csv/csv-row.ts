/** How many cells of a row are kept: as many columns as a spreadsheet has. What stands behind them is counted. */
export const cellsKept = 16_384;

const quote = 34;

/**
 * A record of a CSV file as its bytes in UTF-8. One object stands for every row of a file in turn, since a file has
 * millions: whoever needs something of it later takes a copy.
 */
export class CsvRow {
  /** The line on which it starts; the file's first line is 1. */
  line = 1;
  /** Why the row is no well-formed record. */
  problem: string | undefined;
  /** Cells that hold an error of the spreadsheet, such as a formula that came to nothing. */
  readonly errorCells: number[] = [];
  /** Whether cells that it lacks at its end are empty ones, as in a spreadsheet. */
  mayEndEarly = false;
  /** How many cells it has, also if not all of them are kept. */
  cellCount = 0;
  /** What the cells' places refer to. */
  bytes: Buffer = Buffer.alloc(0);
  /** Where each cell starts; quotes round it are left out, and those in it are resolved. */
  readonly starts = new Int32Array(cellsKept);
  /** The place behind each cell. */
  readonly ends = new Int32Array(cellsKept);

  /** The cell as text; empty for one that the row does not have. */
  text(cell: number): string {
    if (cell >= Math.min(this.cellCount, cellsKept)) return '';
    return this.bytes.toString('utf8', this.starts[cell], this.ends[cell]);
  }

  /** The cells that are kept, as text. */
  texts(): string[] {
    return Array.from({ length: Math.min(this.cellCount, cellsKept) }, (_, cell) => this.text(cell));
  }

  /** Lays a piece of the file behind so many bytes, and answers how many there are then. */
  append(piece: Uint8Array, filled: number): number {
    const end = filled + piece.length;
    this.reserve(end, filled);
    this.bytes.set(piece, filled);
    return end;
  }

  /** Makes room for so many bytes and keeps those that are there. */
  reserve(bytes: number, filled: number): void {
    if (bytes <= this.bytes.length) return;
    const larger = Buffer.allocUnsafe(Math.max(bytes, 2 * this.bytes.length));
    larger.set(this.bytes.subarray(0, filled));
    this.bytes = larger;
  }

  /** Notes the next cell. */
  addCell(start: number, end: number): void {
    if (this.cellCount < cellsKept) {
      this.starts[this.cellCount] = start;
      this.ends[this.cellCount] = end;
    }
    this.cellCount += 1;
  }

  /** Makes one of every doubled quote of a cell, in place, and answers where the cell then ends. */
  resolveQuotes(start: number, end: number): number {
    const { bytes } = this;
    let to = start;
    for (let at = start; at < end; at += 1) {
      const byte = bytes[at] as number;
      bytes[to] = byte;
      to += 1;
      if (byte === quote) at += 1;
    }
    return to;
  }

  /** Moves a row that is not complete yet to the front, to make room for its rest. */
  moveToFront(start: number, end: number): void {
    this.bytes.copyWithin(0, start, end);
    for (let cell = 0; cell < Math.min(this.cellCount, cellsKept); cell += 1) {
      this.starts[cell] = (this.starts[cell] as number) - start;
      this.ends[cell] = (this.ends[cell] as number) - start;
    }
  }
}
