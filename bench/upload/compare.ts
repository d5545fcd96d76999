import type { BenchCloud } from '../measuring/bench-cloud.ts';
import { median } from '../measuring/median.ts';
import {
  type BenchFile,
  emptyRegister,
  putFile,
  rawCopy,
  rowByRow,
  type UploadRun,
  upload,
} from './measure.ts';

/** What is measured, and how often. */
export interface UploadComparison {
  rows: number;
  rounds: number;
  /** The way that inserts rows one by one gets so many, and its rate is taken for that of the whole file. */
  rowsOneByOne: number;
  /** Files of other lengths, for their memory. */
  memoryRows: readonly number[];
  /** So many properties that are there are changed by one file; 0: none. */
  changedRows: number;
  say(line: string): void;
}

/** Medians over the rounds; ratios are the medians of each round's. */
export interface ComparedUploads {
  rows: number;
  rounds: number;
  rowsOneByOne: number;
  fileBytes: number;
  ours: UploadRun;
  copyRowsPerSecond: number;
  oneByOneRowsPerSecond: number;
  ratioToCopy: number;
  ratioToOneByOne: number;
  /** By the number of rows; every one in a worker of its own. */
  memory: { rows: number; run: UploadRun }[];
  changes?: { rows: number; rowsPerSecond: number };
}

/** Runs every way once a round, in another order each time. */
export async function compareUploads(cloud: BenchCloud, options: UploadComparison): Promise<ComparedUploads> {
  const { rows, rounds, rowsOneByOne, memoryRows, changedRows, say } = options;
  const file = await putFile(cloud, { rows });
  const few = await putFile(cloud, { rows: rowsOneByOne });
  const ours: UploadRun[] = [];
  const copied: number[] = [];
  const oneByOne: number[] = [];
  const ways = [
    async () => void ours.push(await uploadAlone(cloud, file)),
    async () => void copied.push(await rawCopy(cloud, file)),
    async () => void oneByOne.push(await rowByRow(cloud, few)),
  ];
  for (let round = 0; round < rounds; round += 1) {
    for (const index of ways.keys()) await ways[(index + round) % ways.length]?.();
    const [our, copy, one] = [ours, copied, oneByOne].map((all) => all.at(-1));
    say(
      `round ${round + 1}: ${rate((our as UploadRun).rowsPerSecond)} rows/s, COPY ${rate(copy as number)}, one by one ${rate(one as number)}`,
    );
  }
  const memory = [{ rows, run: medianUpload(ours) }];
  for (const count of memoryRows) {
    const other = await putFile(cloud, { rows: count });
    memory.push({ rows: count, run: await uploadAlone(cloud, other) });
    say(`${count} rows: ${(memory.at(-1)?.run.memoryBytes ?? 0) / 2 ** 20} MiB`);
  }
  const rates = ours.map(({ rowsPerSecond }) => rowsPerSecond);
  return {
    rows,
    rounds,
    rowsOneByOne,
    fileBytes: file.sizeBytes,
    ours: medianUpload(ours),
    copyRowsPerSecond: median(copied),
    oneByOneRowsPerSecond: median(oneByOne),
    ratioToCopy: medianRatio(rates, copied),
    ratioToOneByOne: medianRatio(rates, oneByOne),
    memory: memory.toSorted((a, b) => a.rows - b.rows),
    ...(changedRows > 0 && { changes: await change(cloud, changedRows) }),
  };
}

/** In a worker of its own that has loaded one small file before; its memory is compared with that before any. */
async function uploadAlone(cloud: BenchCloud, file: BenchFile): Promise<UploadRun> {
  const worker = await cloud.startWorker();
  await upload(worker, await putFile(cloud, { rows: 1000 }));
  await emptyRegister(cloud);
  const run = await upload(worker, file);
  await worker.stop();
  return run;
}

/** The rate of a file that changes properties which are there. Throws if not every one was changed. */
async function change(cloud: BenchCloud, rows: number): Promise<{ rows: number; rowsPerSecond: number }> {
  await emptyRegister(cloud);
  const worker = await cloud.startWorker();
  await upload(worker, await putFile(cloud, { rows, badPercent: 0 }));
  const { rowsPerSecond } = await upload(
    worker,
    await putFile(cloud, { rows, badPercent: 0, changed: true }),
  );
  await worker.stop();
  const { rows: found } = await cloud.database.query<{ changed: number; all: number }>(
    `SELECT count(*) FILTER (WHERE updated_at > created_at)::int AS changed, count(*)::int AS all FROM property`,
  );
  const [{ changed = 0, all = 0 } = {}] = found;
  if (all !== rows || changed < rows / 2) throw new Error(`Of ${all} properties ${changed} were changed`);
  return { rows: changed, rowsPerSecond };
}

function medianUpload(runs: readonly UploadRun[]): UploadRun {
  return {
    rowsPerSecond: median(runs.map((run) => run.rowsPerSecond)),
    memoryBytes: median(runs.map((run) => run.memoryBytes)),
    loopDelayP99Ms: median(runs.map((run) => run.loopDelayP99Ms)),
    cpuSeconds: median(runs.map((run) => run.cpuSeconds)),
  };
}

function medianRatio(ours: readonly number[], theirs: readonly number[]): number {
  return median(ours.map((one, round) => one / (theirs[round] ?? Number.NaN)));
}

function rate(rowsPerSecond: number): string {
  return rowsPerSecond.toFixed(0);
}
