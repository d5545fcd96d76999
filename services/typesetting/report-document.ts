/** One column of a table in a document. */
export interface DocumentColumn {
  title: string;
  /** Its share of the line, relative to the other columns. */
  width: number;
  align: 'start' | 'end';
}

/** What horizontal bars show: each bar is divided by the series. */
export interface BarChartData {
  bars: string[];
  /** Kinds of what is counted, such as certificates that have expired; a count for each bar, in their order. */
  series: { name: string; counts: number[] }[];
  /** What is counted. */
  unit: string;
}

/** A chart with what it says in words, for those who cannot see it. */
export interface DocumentChart extends BarChartData {
  alt: string;
  caption: string;
}

/** A table of any length that begins on a new page, which lies on its side. */
export interface DocumentSection {
  title: string;
  /** Stands above the table; may be empty. */
  note: string;
  columns: DocumentColumn[];
  rows: string[][];
}

/** All that a typeset report says, as plain text. */
export interface ReportDocument {
  title: string;
  subtitle: string;
  /** Stands at the foot of every page beside its number. */
  footer: string;
  /** Names and values on the title page. */
  facts: [name: string, value: string][];
  /** Paragraphs. */
  summary: string[];
  /** Small tables below the summary. */
  totals: { title: string; columns: DocumentColumn[]; rows: string[][] }[];
  charts: DocumentChart[];
  sections: DocumentSection[];
}
