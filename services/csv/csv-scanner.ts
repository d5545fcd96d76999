import { CsvRejected } from './csv-rejected.ts';

/** A record of a CSV file. */
export interface CsvRow {
  /** The line on which it starts; the file's first line is 1. */
  line: number;
  /** As written, quotes resolved; of a row with a problem as far as its commas tell. */
  cells: string[];
  /** Why the row is no well-formed record. */
  problem?: string;
}

const cr = 13;
const lf = 10;
const quote = 34;
const comma = 44;

/** Memory must stay bounded whatever a file contains: a longer row is a bad one, and its rest is not kept. */
const rowCharacters = 8 * 1024 * 1024;

/** Where in a record the scanner stands. */
type State = 'cell-start' | 'plain' | 'quoted' | 'quote-closed' | 'malformed';

/**
 * Splits text into records by RFC 4180, fed in pieces of any length with the same outcome. CRLF, LF and a lone CR each
 * end a line, inside quotes as outside. Blank lines are skipped. A quote inside an unquoted cell, or text behind a
 * closing quote, makes a row with a problem that ends with its line.
 */
export class CsvScanner {
  private state: State = 'cell-start';
  private cells: string[] = [];
  private cell = '';
  private kept = 0;
  private problem: string | undefined;
  private malformed = false;
  private anyQuoted = false;
  private line = 1;
  private rowLine = 1;
  private quoteLine = 1;
  private afterCr = false;
  private rows: CsvRow[] = [];
  private readonly rowCharacters: number;

  constructor(options: { rowCharacters?: number } = {}) {
    this.rowCharacters = options.rowCharacters ?? rowCharacters;
  }

  /** Takes the next piece of the text and answers the records that it completes. */
  write(text: string): CsvRow[] {
    let from = 0;
    for (let at = 0; at < text.length; at += 1) {
      const code = text.charCodeAt(at);
      if (code > comma && this.state !== 'cell-start' && this.state !== 'quote-closed') {
        this.afterCr = false;
        continue;
      }
      const secondOfPair = code === lf && this.afterCr;
      this.afterCr = code === cr;
      if (this.state === 'quoted') {
        if (code === quote) {
          this.keep(text, from, at);
          this.state = 'quote-closed';
        } else if ((code === lf && !secondOfPair) || code === cr) {
          this.line += 1;
        }
        continue;
      }
      if (secondOfPair) {
        from = at + 1;
        continue;
      }
      if (code === cr || code === lf) {
        if (this.state !== 'quote-closed') this.keep(text, from, at);
        this.endRow();
        from = at + 1;
      } else if (code === comma) {
        if (this.state !== 'quote-closed') this.keep(text, from, at);
        this.endCell();
        from = at + 1;
      } else if (code === quote) {
        from = this.takeQuote(text, from, at);
      } else if (this.state === 'cell-start') {
        this.state = 'plain';
        from = at;
      } else if (this.state === 'quote-closed') {
        this.malform(`text stands behind a closing quote on line ${this.line}`);
        this.cell = `"${this.cell.replaceAll('"', '""')}"`;
        from = at;
      }
    }
    if (this.state !== 'quote-closed' && this.state !== 'cell-start') this.keep(text, from, text.length);
    return this.takeRows();
  }

  /** Completes the last record. Throws CsvRejected, naming the line, if a quote was never closed. */
  end(): CsvRow[] {
    if (this.state === 'quoted') {
      throw new CsvRejected(`The quote that opens on line ${this.quoteLine} is never closed`);
    }
    if (this.state !== 'cell-start' || this.cells.length > 0) this.endRow();
    return this.takeRows();
  }

  private takeQuote(text: string, from: number, at: number): number {
    if (this.state === 'cell-start') {
      this.state = 'quoted';
      this.anyQuoted = true;
      this.quoteLine = this.line;
      return at + 1;
    }
    if (this.state === 'quote-closed') {
      this.state = 'quoted';
      return at;
    }
    if (this.state === 'plain') {
      this.keep(text, from, at);
      this.malform(`a quote stands inside an unquoted cell on line ${this.line}`);
      return at;
    }
    return from;
  }

  private malform(problem: string): void {
    this.problem ??= problem;
    this.malformed = true;
    this.state = 'malformed';
  }

  private keep(text: string, from: number, to: number): void {
    if (to <= from) return;
    const room = this.rowCharacters - this.kept;
    if (to - from > room) {
      this.problem ??= `the row is longer than ${this.rowCharacters} characters`;
      to = from + Math.max(room, 0);
    }
    this.kept += to - from;
    this.cell += text.slice(from, to);
  }

  private endCell(): void {
    if (this.cell !== '' || this.kept < this.rowCharacters) {
      this.cells.push(this.cell);
      this.kept += 1;
    } else {
      this.problem ??= `the row is longer than ${this.rowCharacters} characters`;
    }
    this.cell = '';
    this.state = this.malformed ? 'malformed' : 'cell-start';
  }

  private endRow(): void {
    const blank = this.cells.length === 0 && !this.anyQuoted && /^[ \t]*$/.test(this.cell);
    if (!blank) {
      this.cells.push(this.cell);
      this.rows.push({
        line: this.rowLine,
        cells: this.cells,
        ...(this.problem === undefined ? {} : { problem: this.problem }),
      });
    }
    this.cells = [];
    this.cell = '';
    this.kept = 0;
    this.problem = undefined;
    this.malformed = false;
    this.anyQuoted = false;
    this.state = 'cell-start';
    this.line += 1;
    this.rowLine = this.line;
  }

  private takeRows(): CsvRow[] {
    const rows = this.rows;
    this.rows = [];
    return rows;
  }
}
