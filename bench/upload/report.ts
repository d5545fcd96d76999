import { loopResolutionMs } from '../measuring/resource-meter.ts';
import type { ComparedUploads } from './compare.ts';

const goals = { ratioToCopy: 0.5, ratioToOneByOne: 20, memoryMiB: 150, loopDelayP99Ms: 50 };
const mebibyte = 2 ** 20;

/** What was found, for people. */
export function tableOf(compared: ComparedUploads): string {
  const { rows, rowsOneByOne, fileBytes, ours, memory, changes } = compared;
  return [
    `${rows} rows of 39 columns (${(fileBytes / mebibyte).toFixed(0)} MiB), 1 % bad; medians of ${compared.rounds}`,
    `  Slackwater, all of it     ${ours.rowsPerSecond.toFixed(0)} rows/s, ${ours.cpuSeconds.toFixed(1)} s of CPU`,
    `  COPY of the bytes         ${compared.copyRowsPerSecond.toFixed(0)} rows/s: ours is ${compared.ratioToCopy.toFixed(2)}× (goal ${goals.ratioToCopy})`,
    `  csv-parse, zod, INSERT    ${compared.oneByOneRowsPerSecond.toFixed(0)} rows/s, measured with ${rowsOneByOne} rows: ours is ${compared.ratioToOneByOne.toFixed(1)}× (goal ${goals.ratioToOneByOne})`,
    ...memory.map(
      ({ rows: count, run }) =>
        `  ${count} rows: ${(run.memoryBytes / mebibyte).toFixed(0)} MiB above the idle worker (goal ${goals.memoryMiB}), event loop p99 ${run.loopDelayP99Ms.toFixed(1)} ms (goal ${goals.loopDelayP99Ms}; ${loopResolutionMs} of a free loop)`,
    ),
    ...(changes
      ? [`  ${changes.rows} properties changed at ${changes.rowsPerSecond.toFixed(0)} rows/s`]
      : []),
  ].join('\n');
}

/** The benchmark's last line. */
export function summaryOf(compared: ComparedUploads) {
  const { rows, rounds, ours, memory, changes } = compared;
  const memoryMiB = Object.fromEntries(
    memory.map(({ rows: count, run }) => [count, Math.round(run.memoryBytes / mebibyte)]),
  );
  const loopDelayP99Ms = Math.max(...memory.map(({ run }) => run.loopDelayP99Ms));
  return {
    rows,
    rounds,
    rowsPerSecond: Math.round(ours.rowsPerSecond),
    copyRowsPerSecond: Math.round(compared.copyRowsPerSecond),
    oneByOneRowsPerSecond: Math.round(compared.oneByOneRowsPerSecond),
    ratioToCopy: Number(compared.ratioToCopy.toFixed(3)),
    ratioToOneByOne: Number(compared.ratioToOneByOne.toFixed(1)),
    memoryMiB,
    loopDelayP99Ms: Number(loopDelayP99Ms.toFixed(1)),
    ...(changes && { changes: { rows: changes.rows, rowsPerSecond: Math.round(changes.rowsPerSecond) } }),
    missed: [
      ...(compared.ratioToCopy < goals.ratioToCopy ? ['ratioToCopy'] : []),
      ...(compared.ratioToOneByOne < goals.ratioToOneByOne ? ['ratioToOneByOne'] : []),
      ...(Math.max(...Object.values(memoryMiB)) > goals.memoryMiB ? ['memory'] : []),
      ...(loopDelayP99Ms >= goals.loopDelayP99Ms ? ['loopDelay'] : []),
    ],
  };
}
