import { Readable } from 'node:stream';
import type { FileVersion } from '../../services/files/files.ts';
import { propertyUpload } from '../../tasks/property-upload/task.ts';
import { startProcess } from '../measuring/ask.ts';
import type { BenchCloud, BenchWorker } from '../measuring/bench-cloud.ts';
import { type CsvShape, propertyCsv } from './property-csv.ts';
import { makeRawTable } from './raw-table.ts';
import type { CopyQuestions } from './run-copy.ts';
import type { RowByRowQuestions } from './run-row-by-row.ts';

/** A file that lies in the clean bucket. */
export interface BenchFile extends CsvShape {
  file: FileVersion;
  sizeBytes: number;
}

/** What an upload took of the worker. */
export interface UploadRun {
  rowsPerSecond: number;
  /** Above what the worker held before it did any work. */
  memoryBytes: number;
  loopDelayP99Ms: number;
  cpuSeconds: number;
}

/** Lays a file of that shape into the clean bucket. */
export async function putFile({ files, buckets }: BenchCloud, shape: CsvShape): Promise<BenchFile> {
  const key = `bench/${shape.rows}${shape.changed ? '-changed' : ''}.csv`;
  const place = { bucket: buckets.clean, key };
  const content = Readable.from(propertyCsv(shape), { objectMode: false });
  const { versionId, sizeBytes } = await files.write({ ...place, contentType: 'text/csv' }, content);
  return { ...shape, file: versionId === undefined ? place : { ...place, versionId }, sizeBytes };
}

/** Empties the register, so that every run finds the same. */
export async function emptyRegister({ database }: BenchCloud): Promise<void> {
  await database.query('TRUNCATE property, upload');
  await database.query('CHECKPOINT');
}

/** Has the worker load a file. Throws if not exactly the good rows were loaded. */
export async function upload(
  worker: BenchWorker,
  { rows, file, badPercent = 1 }: BenchFile,
): Promise<UploadRun> {
  const run = await worker.work(propertyUpload, { file, landlordId: 'L-1' });
  const { loaded, rejected, errorReport } = run.result;
  const isAsExpected =
    loaded + rejected === rows && (badPercent === 0 ? rejected === 0 : errorReport !== undefined);
  if (!isAsExpected) throw new Error(`${rows} rows were uploaded: ${JSON.stringify(run.result)}`);
  return {
    rowsPerSecond: rows / run.seconds,
    memoryBytes: run.peakBytes - worker.idleBytes,
    loopDelayP99Ms: run.loopDelayP99Ms,
    cpuSeconds: run.cpuSeconds,
  };
}

/** Copies the file's bytes into an empty table as they are; answers rows a second. */
export async function rawCopy(cloud: BenchCloud, { rows, file }: BenchFile): Promise<number> {
  await makeRawTable(cloud.database);
  await cloud.database.query('CHECKPOINT');
  const process = startProcess<CopyQuestions>(new URL('./run-copy.ts', import.meta.url), {
    argument: { databaseUrl: cloud.databaseUrl },
    environment: cloud.aws,
  });
  const seconds = await process.ask('copy', file);
  await process.end();
  return rows / seconds;
}

/** Parses, checks and inserts a file row by row into an empty table; answers rows a second. */
export async function rowByRow(cloud: BenchCloud, { rows, file }: BenchFile): Promise<number> {
  await makeRawTable(cloud.database);
  await cloud.database.query('CHECKPOINT');
  const process = startProcess<RowByRowQuestions>(new URL('./run-row-by-row.ts', import.meta.url), {
    argument: { databaseUrl: cloud.databaseUrl },
    environment: cloud.aws,
  });
  const { loaded, rejected, seconds } = await process.ask('load', file);
  await process.end();
  if (loaded + rejected !== rows || loaded === 0)
    throw new Error(`${loaded} of ${rows} rows were loaded one by one`);
  return rows / seconds;
}
