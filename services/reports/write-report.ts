import { createHash } from 'node:crypto';
import { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { createGzip } from 'node:zlib';
import type { FileVersion } from '../files/files.ts';
import type { Services } from '../services.ts';
import { csvReport } from './csv-report.ts';
import { createPdfReport } from './pdf-report.ts';
import { readSnapshot } from './read-snapshot.ts';
import type { Report } from './report.ts';
import type { ReportWriter } from './report-writer.ts';
import { createXlsxReport } from './xlsx-report.ts';

/** The formats there are. */
export type ReportFormat = 'csv' | 'xlsx' | 'pdf';

/** The run that writes a report: what a handler is given. */
export interface ReportRun {
  run: { id: string; sentAt: Date };
  services: Pick<Services, 'database' | 'files' | 'buckets' | 'typesetter'>;
  signal: AbortSignal;
  progress(update: { done: number; unit: string }): void;
}

/** How the report is to be written. */
export interface ReportChoices {
  format: ReportFormat;
  /** Compresses a file whose format does not do so itself. */
  gzip: boolean;
}

/** A report that is stored. */
export interface WrittenReport {
  report: FileVersion;
  /** Rows of its table. */
  rows: number;
  sizeBytes: number;
  /** Of the stored bytes, in hex. */
  sha256: string;
  /** What it says where it has no row. */
  notice?: string;
}

/**
 * Streams a report from the database to the reports bucket in constant memory; nothing is stored if it fails or is
 * aborted. The key holds the run's id, so that an attempt that is repeated writes the same object; it ends with the name
 * under which a browser saves it.
 */
export async function writeReport(
  report: Report,
  choices: ReportChoices,
  { run, services, signal, progress }: ReportRun,
): Promise<WrittenReport> {
  const { database, files, buckets } = services;
  const writer = writerOf(choices.format, { run, services, signal });
  const gzip = choices.gzip && !writer.isCompressed;
  const name = `${report.name}-${report.asOf}.${writer.extension}${gzip ? '.gz' : ''}`;
  const place = { bucket: buckets.reports, key: `reports/${run.id}/${name}` };
  const contentType = gzip ? 'application/gzip' : writer.contentType;
  const written = await readSnapshot({ database, signal }, async (reader) => {
    const hash = createHash('sha256');
    let rows = 0;
    let done = 0;
    async function* content(): AsyncGenerator<Buffer> {
      rows = yield* writer.content(report, reader);
    }
    async function* hashed(): AsyncGenerator<Buffer> {
      for await (const chunk of gzip ? gzipped(content()) : content()) {
        hash.update(chunk);
        done += chunk.length;
        progress({ done, unit: 'bytes' });
        yield chunk;
      }
    }
    const bytes = Readable.from(hashed(), { objectMode: false });
    const { versionId, sizeBytes } = await files.write({ ...place, contentType }, bytes, signal);
    const file = versionId === undefined ? place : { ...place, versionId };
    return { report: file, rows, sizeBytes, sha256: hash.digest('hex') };
  });
  progress({ done: written.rows, unit: 'rows' });
  return written.rows > 0 ? written : { ...written, notice: report.nothing };
}

function writerOf(
  format: ReportFormat,
  { run, services, signal }: Pick<ReportRun, 'run' | 'services' | 'signal'>,
): ReportWriter {
  switch (format) {
    case 'csv':
      return csvReport;
    case 'xlsx':
      return createXlsxReport();
    case 'pdf':
      return createPdfReport({ typesetter: services.typesetter, signal, createdAt: run.sentAt });
  }
}

/** Compresses on a thread of Node's own. */
async function* gzipped(content: AsyncIterable<Buffer>): AsyncGenerator<Buffer> {
  const gzip = createGzip();
  const fed = pipeline(content, gzip);
  // Whoever reads the compressed bytes is told as well.
  fed.catch(() => undefined);
  yield* gzip as AsyncIterable<Buffer>;
  await fed;
}
