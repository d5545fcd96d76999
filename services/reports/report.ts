import type { Sql } from '../database/sql.ts';

/**
 * What a column's cells are. `code` is one of the register's own upper-case words, which people are shown as words;
 * `date` is a day, `time` a moment told in London's time.
 */
export type CellType = 'text' | 'code' | 'whole' | 'date' | 'time' | 'yes-no';

/** One column of a table. */
export interface ReportColumn {
  /** The header that programs read: lower-case letters, digits and `_`. */
  name: string;
  /** The header that people read. */
  title: string;
  type: CellType;
  widthCharacters: number;
  /** How a printed page, which has less room, shows it. Default: as a column. */
  printed?: 'in-address' | 'never';
  /** Of the type's own kind in Postgres: text, integer, date, timestamptz, boolean. */
  value: Sql;
}

/** Rows of the database with their columns. */
export interface ReportTable {
  title: string;
  columns: readonly ReportColumn[];
  /** All that follows the columns: FROM, WHERE, GROUP BY, and an ORDER BY that leaves nothing to chance. */
  from: Sql;
}

/** What a report says, whatever the format: a title, a few facts, totals, and one table of any length. */
export interface Report {
  /** Begins the file's name. */
  name: string;
  title: string;
  /** The day, `YYYY-MM-DD`, on which everything is judged. */
  asOf: string;
  /** What it was asked for, as a reader wants to see it. */
  facts: readonly { label: string; value: string }[];
  rows: ReportTable;
  /** Short tables, some hundred rows at most; a format that has room for one table leaves them out. */
  totals: readonly ReportTable[];
  /** What it says if it has no row. */
  nothing: string;
}
