import type { OnRow, RowReader } from '../../services/csv/row-reader.ts';
import { type HeaderPlace, HeaderSearch } from './header-search.ts';

/** Reads a file in one of several ways, from its header on: where that stands, and so which way is right, it finds out. */
export class HeadedRows implements RowReader {
  /** Known before the first row is told. */
  place: HeaderPlace | undefined;
  private readonly ways: readonly (() => RowReader)[];
  private readonly search: HeaderSearch;
  private reader: RowReader | undefined;
  /** What the search has been fed with. */
  private beginning: Uint8Array[] = [];

  constructor(ways: readonly (() => RowReader)[]) {
    this.ways = ways;
    this.search = new HeaderSearch(ways.map((make) => make()));
  }

  write(piece: Uint8Array, onRow: OnRow): void {
    if (this.reader !== undefined) {
      this.reader.write(piece, onRow);
      return;
    }
    // A copy: the piece may be used again.
    this.beginning.push(Uint8Array.from(piece));
    this.begin(this.search.write(piece), onRow);
  }

  /** Throws FileRejected. */
  end(onRow: OnRow): void {
    if (this.reader === undefined) this.begin(this.search.end(), onRow);
    this.reader?.end(onRow);
  }

  /** Reads the beginning again, in the way that was found, and leaves out what stands above the header. */
  private begin(place: HeaderPlace | undefined, onRow: OnRow): void {
    if (place === undefined) return;
    this.place = place;
    this.reader = this.ways[place.way]?.();
    this.reader?.write(Buffer.concat(this.beginning), (row) => {
      if (row.line >= place.line) onRow(row);
    });
    this.beginning = [];
  }
}
