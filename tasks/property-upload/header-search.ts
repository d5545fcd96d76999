import type { CsvRow } from '../../services/csv/csv-row.ts';
import type { RowReader } from '../../services/csv/row-reader.ts';
import { FileRejected } from '../../services/files/file-rejected.ts';
import { headerColumns } from './columns.ts';
import { knownColumn } from './known-column.ts';

/** What a search has found. */
export interface HeaderPlace {
  /** Which of the ways to read the file. */
  way: number;
  /** Where the header starts; 0: it is the first row, whatever line that is. */
  line: number;
  /** How many rows stand above it. */
  rowsAbove: number;
}

/** One way to read the file, and the row in which it found the most columns. */
interface Candidate {
  reader: RowReader;
  rows: number;
  known: number;
  place: HeaderPlace;
}

/** The header is one of the first so many rows. */
const rowsSearched = 20;
/** However few rows they hold, no more bytes are looked at. */
const bytesSearched = 1024 * 1024;

/**
 * Looks for the header at the beginning of a file that can be read in several ways: it is the row that names the most
 * columns. Fed with what every way is fed with.
 */
export class HeaderSearch {
  private readonly candidates: Candidate[];
  private found: HeaderPlace | undefined;
  private bytes = 0;

  constructor(ways: readonly RowReader[]) {
    this.candidates = ways.map((reader, way) => ({
      reader,
      rows: 0,
      known: 0,
      place: { way, line: 0, rowsAbove: 0 },
    }));
  }

  /** Takes the next piece and answers as soon as nothing that may follow could be a better header. */
  write(piece: Uint8Array): HeaderPlace | undefined {
    this.bytes += piece.length;
    for (const candidate of this.candidates) {
      candidate.reader.write(piece, (row) => this.consider(row, candidate));
      if (this.found !== undefined) return this.found;
    }
    const isOver = this.bytes >= bytesSearched || this.candidates.every(({ rows }) => rows >= rowsSearched);
    return isOver ? this.best() : undefined;
  }

  /** Answers at the end of the file. Throws FileRejected if no row names a column. */
  end(): HeaderPlace {
    for (const candidate of this.candidates) {
      try {
        candidate.reader.end((row) => this.consider(row, candidate));
      } catch (error) {
        // A wrong way to read it; if it should be the right one, the reading of the rows will throw it again.
        if (!(error instanceof FileRejected)) throw error;
      }
    }
    return this.found ?? this.best();
  }

  private consider(row: CsvRow, candidate: Candidate): void {
    if (candidate.rows >= rowsSearched) return;
    const names = new Set(row.texts().map(knownColumn));
    names.delete(undefined);
    if (names.size > candidate.known) {
      candidate.known = names.size;
      candidate.place = { ...candidate.place, line: row.line, rowsAbove: candidate.rows };
      if (headerColumns.every((name) => names.has(name))) this.found ??= candidate.place;
    }
    candidate.rows += 1;
  }

  private best(): HeaderPlace {
    const [first, ...others] = this.candidates;
    if (first === undefined) throw new Error('A header is looked for, and there is no way to read the file');
    const best = others.reduce((one, other) => (other.known > one.known ? other : one), first);
    if (best.known === 0 && best.rows > 0) throw noHeader(best.rows);
    return best.place;
  }
}

function noHeader(rows: number): FileRejected {
  const where = rows === 1 ? 'The only line that is not blank' : `None of the first ${rows} lines`;
  return new FileRejected(
    `${where} ${rows === 1 ? 'names no column' : 'names the columns'}. The columns' names, such as ` +
      `${headerColumns.slice(0, 3).join(', ')}, must stand in one line above the properties: add it and upload the file again`,
  );
}
