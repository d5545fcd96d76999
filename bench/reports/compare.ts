import { buffer } from 'node:stream/consumers';
import { getDocumentProxy } from 'unpdf';
import { complianceReport } from '../../tasks/compliance-report/task.ts';
import { propertyReport } from '../../tasks/property-report/task.ts';
import { startProcess } from '../measuring/ask.ts';
import type { BenchCloud, BenchWorker } from '../measuring/bench-cloud.ts';
import { median } from '../measuring/median.ts';
import type { CopyOutQuestions } from './run-copy-out.ts';
import type { ExceljsQuestions } from './run-exceljs.ts';

/** One way to make a file, once. */
interface Run {
  seconds: number;
  /** Above what its process held before. */
  memoryBytes: number;
  sizeBytes: number;
}

/** Medians over the rounds; ratios are the medians of each round's. */
export interface ComparedReports {
  rows: number;
  rounds: number;
  csv: Run;
  /** Seconds of COPY whose bytes are dropped. */
  copyOfReport: number;
  copyOfTable: number;
  csvToCopy: number;
  csvToTable: number;
  xlsx: Run;
  exceljs: Run;
  xlsxToExceljs: number;
  pdf: Run & { pages: number };
}

/** The day that everything is judged by: the same work whenever it is done. */
const asOf = '2026-06-15';
const moment = `${asOf}T12:00:00Z`;

/** Runs every way once a round, in another order each time, with a register of so many properties. */
export async function compareReports(
  cloud: BenchCloud,
  { rows, rounds, say }: { rows: number; rounds: number; say(line: string): void },
): Promise<ComparedReports> {
  const runs = { csv: [], report: [], table: [], xlsx: [], exceljs: [], pdf: [] } as Record<string, Run[]>;
  const pages = new Set<number>();
  const ways: [name: string, way: () => Promise<Run>][] = [
    [
      'csv',
      () => written(cloud, (worker) => worker.work(propertyReport, { asOf: moment, format: 'csv' }), rows),
    ],
    ['report', () => discarded(cloud, 'report')],
    ['table', () => discarded(cloud, 'table')],
    [
      'xlsx',
      () => written(cloud, (worker) => worker.work(propertyReport, { asOf: moment, format: 'xlsx' }), rows),
    ],
    ['exceljs', () => writtenByExceljs(cloud, rows)],
    [
      'pdf',
      () =>
        written(cloud, async (worker) => {
          const run = await worker.work(complianceReport, { asOf: moment, format: 'pdf' });
          pages.add(await countPages(cloud, run.result.report));
          return run;
        }),
    ],
  ];
  for (let round = 0; round < rounds; round += 1) {
    for (const index of ways.keys()) {
      const [name, way] = ways[(index + round) % ways.length] ?? [];
      if (name !== undefined && way !== undefined) runs[name]?.push(await way());
    }
    const told = ways.map(([name]) => `${name} ${runs[name]?.at(-1)?.seconds.toFixed(1)} s`);
    say(`round ${round + 1}: ${told.join(', ')}`);
  }
  const seconds = (name: string) => (runs[name] ?? []).map((run) => run.seconds);
  const faster = (ours: string, theirs: string) =>
    median(seconds(theirs).map((their, round) => their / (seconds(ours)[round] ?? Number.NaN)));
  return {
    rows,
    rounds,
    csv: medianOf(runs.csv),
    copyOfReport: median(seconds('report')),
    copyOfTable: median(seconds('table')),
    csvToCopy: faster('csv', 'report'),
    csvToTable: faster('csv', 'table'),
    xlsx: medianOf(runs.xlsx),
    exceljs: medianOf(runs.exceljs),
    xlsxToExceljs: faster('xlsx', 'exceljs'),
    pdf: { ...medianOf(runs.pdf), pages: Math.min(...pages) },
  };
}

/** A report that a worker has written. */
interface Written {
  seconds: number;
  peakBytes: number;
  result: { rows: number; sizeBytes: number };
}

/** By a worker that has done nothing before. Throws if the report has not so many rows. */
async function written(
  cloud: BenchCloud,
  work: (worker: BenchWorker) => Promise<Written>,
  rows?: number,
): Promise<Run> {
  const worker = await cloud.startWorker();
  const { seconds, peakBytes, result } = await work(worker);
  await worker.stop();
  if (result.rows !== (rows ?? result.rows) || result.rows === 0) {
    throw new Error(`The report was to have ${rows} rows: ${JSON.stringify(result)}`);
  }
  return { seconds, memoryBytes: peakBytes - worker.idleBytes, sizeBytes: result.sizeBytes };
}

async function discarded({ databaseUrl }: BenchCloud, of: 'report' | 'table'): Promise<Run> {
  const process = startProcess<CopyOutQuestions>(new URL('./run-copy-out.ts', import.meta.url), {
    argument: { databaseUrl },
  });
  const seconds = await process.ask('discard', { of, asOf });
  await process.end();
  return { seconds, memoryBytes: 0, sizeBytes: 0 };
}

async function writtenByExceljs(
  { databaseUrl, aws, buckets, files }: BenchCloud,
  rows: number,
): Promise<Run> {
  const process = startProcess<ExceljsQuestions>(new URL('./run-exceljs.ts', import.meta.url), {
    argument: { databaseUrl },
    environment: aws,
  });
  const place = { bucket: buckets.reports, key: 'exceljs.xlsx' };
  const idleBytes = await process.ask('residentBytes');
  const { seconds, peakBytes, rows: found } = await process.ask('write', { ...place, asOf });
  await process.end();
  if (found !== rows) throw new Error(`exceljs was to write ${rows} rows and wrote ${found}`);
  const sizeBytes = (await files.head(place))?.sizeBytes ?? 0;
  return { seconds, memoryBytes: peakBytes - idleBytes, sizeBytes };
}

async function countPages({ files }: BenchCloud, file: { bucket: string; key: string }): Promise<number> {
  const { numPages } = await getDocumentProxy(new Uint8Array(await buffer(await files.read(file))));
  return numPages;
}

function medianOf(runs: readonly Run[] = []): Run {
  return {
    seconds: median(runs.map((run) => run.seconds)),
    memoryBytes: median(runs.map((run) => run.memoryBytes)),
    sizeBytes: median(runs.map((run) => run.sizeBytes)),
  };
}
