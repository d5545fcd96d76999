import type { Threads } from '../threads/threads.ts';
import type { CellStyle } from '../workbook/cell-style.ts';
import type { DayCount } from '../workbook/number-text.ts';
import type { PackedPart } from '../zip/unpack.ts';

/** What an upload is; it tells how its content becomes rows. */
export interface UploadFormat {
  /** How a text is packed. Default: not at all. */
  packed?: PackedPart;
  /** Default: what the text says of itself. */
  encoding?: 'windows-1252';
  /** Instead of a text; the content is that of its parts, one behind the other. */
  workbook?: WorkbookFormat;
}

/** How a sheet of a workbook becomes rows. */
export interface WorkbookFormat extends DayCount {
  /** The texts that are kept apart from the cells, if there are any. */
  strings?: PackedPart;
  sheet: PackedPart;
  styles: CellStyle[];
  /** The sheet's text may have so many. */
  textBytes: number;
}

/** A file whose content can be read as rows, as often as is needed. */
export interface OpenUpload {
  format: UploadFormat;
  /** What its sender should know of how it is read. */
  warnings: string[];
  /** What `openRows` makes rows of; aborting the signal that it was opened with ends it with an error. */
  read(): Promise<AsyncIterable<Buffer>>;
  /** Nothing more is read. */
  close(): Promise<void>;
}

/** How an upload is opened. */
export interface OpeningOptions {
  /** What is packed may have so many once it is unpacked. */
  maximumSizeBytes: number;
  threads: Threads;
  signal: AbortSignal;
}
