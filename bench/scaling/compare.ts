import type { Scores } from './score-board.ts';

/** A scaler's scores, beside ours. */
export interface Compared {
  name: string;
  scores: Scores;
}

/** How a peer did relative to us: above 1 it waited longer, or cost more. */
export interface Ratio {
  p95: number;
  workerMinutes: number;
  /** Better in both: less waiting for less. */
  isBetter: boolean;
}

/** Times below a second and costs below a minute are taken as one, so that nothing is divided by zero. */
export function ratioTo(ours: Scores, peer: Scores): Ratio {
  const ratio = (theirs: number, our: number) => Number((Math.max(1, theirs) / Math.max(1, our)).toFixed(3));
  return {
    p95: ratio(peer.queueSeconds.p95, ours.queueSeconds.p95),
    workerMinutes: ratio(peer.workerMinutes, ours.workerMinutes),
    isBetter: peer.queueSeconds.p95 < ours.queueSeconds.p95 && peer.workerMinutes < ours.workerMinutes,
  };
}

/** A table for the screen, a line a scaler. */
export function tableOf(rows: readonly Compared[]): string {
  const cells = rows.map(({ name, scores }) => [
    name,
    ...[scores.queueSeconds.p50, scores.queueSeconds.p95, scores.queueSeconds.p99].map(seconds),
    Math.round(scores.workerMinutes).toString(),
    scores.late.toString(),
    scores.neverHandled.toString(),
    ...[scores.killed.scaling, scores.killed.deployment, scores.killed.spot].map(String),
    scores.wakes.toString(),
    scores.sleeps.toString(),
  ]);
  const head = [
    '',
    'p50 s',
    'p95 s',
    'p99 s',
    'minutes',
    'late',
    'never',
    'scaling',
    'deploy',
    'spot',
    'wakes',
  ];
  const lines = [[...head, 'sleeps'], ...cells];
  const widths = head
    .concat('')
    .map((_, column) => Math.max(...lines.map((line) => line[column]?.length ?? 0)));
  return lines
    .map((line) =>
      line
        .map((cell, column) =>
          column === 0 ? cell.padEnd(widths[0] ?? 0) : cell.padStart(widths[column] ?? 0),
        )
        .join('  '),
    )
    .join('\n');
}

function seconds(value: number): string {
  return value >= 100 ? Math.round(value).toString() : value.toFixed(1);
}
