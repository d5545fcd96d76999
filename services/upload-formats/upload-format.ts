import type { PackedPart } from '../zip/unpack.ts';

/** What an upload is; it tells how its content becomes rows. */
export interface UploadFormat {
  /** How its one part is packed. Default: not at all. */
  packed?: PackedPart;
  /** Default: what the text says of itself. */
  encoding?: 'windows-1252';
}

/** A file whose content can be read as rows, as often as is needed. */
export interface OpenUpload {
  format: UploadFormat;
  /** What `openRows` makes rows of; aborting the signal that it was opened with ends it with an error. */
  read(): Promise<AsyncIterable<Buffer>>;
  /** Nothing more is read. */
  close(): Promise<void>;
}

/** How an upload is opened. */
export interface OpeningOptions {
  /** What is packed may have so many once it is unpacked. */
  maximumSizeBytes: number;
  signal: AbortSignal;
}
