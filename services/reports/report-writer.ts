import type { ClientBase } from 'pg';
import type { Report } from './report.ts';

/** A format: how a report becomes a file. */
export interface ReportWriter {
  /** Ends the file's name, without the dot. */
  extension: string;
  contentType: string;
  /** Whether compressing its files once more would gain nothing. */
  isCompressed: boolean;
  /**
   * The file's bytes in constant memory, from an open transaction that sees the database as it is at one moment; returns
   * how many rows the report has. A consumer that stops early leaves the connection good for nothing but to be closed.
   */
  content(report: Report, reader: ClientBase): AsyncGenerator<Buffer, number>;
}
