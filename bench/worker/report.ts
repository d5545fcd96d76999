import type { Compared } from './compare.ts';
import { loadOf } from './loads.ts';
import type { Run } from './measure.ts';
import type { MemoryAfter } from './memory.ts';
import { titleOf } from './peer-usages.ts';

const goals = { callsPerMessage: 0.25, ratioWithLedger: 0.5, memoryGrowth: 1.1 };

/** The rows of one comparison. */
export function tableOf(compared: Compared): string {
  const { ours, best, ratio, usages, withLedger, waiting } = compared;
  const load = loadOf(compared.load);
  const rows = [
    ['', 'messages/s', 'calls/message', 'CPU µs/message', 'ours is'],
    ['Slackwater', ...figures(ours), ''],
    [titleOf(best.usage), ...figures(best.run), `${times(ratio)} (goal ${load.goal})`],
    ...(withLedger
      ? [
          [
            'Slackwater with its ledger',
            ...figures(withLedger.run),
            `${times(withLedger.ratioToWithout)} of without`,
          ],
        ]
      : []),
    ...usages.map(({ usage, run }) => [`  tried: ${titleOf(usage)}`, ...figures(run), '']),
  ];
  const widths = rows[0]?.map((_, column) => Math.max(...rows.map((row) => row[column]?.length ?? 0))) ?? [];
  const lines = rows.map((row) =>
    row
      .map((cell, column) =>
        column === 0 ? cell.padEnd(widths[0] ?? 0) : cell.padStart(widths[column] ?? 0),
      )
      .join('  '),
  );
  const title = `${load.title}${waiting > 0 ? `, ${waiting} messages waiting` : ''}`;
  return [title, '', ...lines.map((line) => line.trimEnd())].join('\n');
}

/** The memory's line. */
export function memoryLine(seen: readonly MemoryAfter[]): string {
  const megabytes = (bytes: number) => (bytes / 2 ** 20).toFixed(1);
  const parts = seen.map(
    ({ messages, heapBytes, residentBytes }) =>
      `after ${messages} messages ${megabytes(heapBytes)} MiB of heap (${megabytes(residentBytes)} resident)`,
  );
  return `Memory of one worker: ${parts.join(', ')}`;
}

/** The benchmark's last line. */
export function summaryOf(options: {
  inFlight: number;
  rounds: number;
  compared: readonly Compared[];
  memory: readonly MemoryAfter[];
}) {
  const { inFlight, rounds, compared, memory } = options;
  const [first, last] = [memory[0]?.heapBytes, memory.at(-1)?.heapBytes];
  const growth = first === undefined || last === undefined ? undefined : rounded(last / first);
  const results = compared.map(({ load, waiting, ratio, ours, best, withLedger }) => ({
    load,
    waiting,
    ratio: rounded(ratio),
    goal: loadOf(load).goal,
    messagesPerSecond: Math.round(ours.messagesPerSecond),
    callsPerMessage: rounded(ours.callsPerMessage),
    peer: {
      ...best.usage,
      messagesPerSecond: Math.round(best.run.messagesPerSecond),
      callsPerMessage: rounded(best.run.callsPerMessage),
    },
    ...(withLedger && { ratioWithLedger: rounded(withLedger.ratioToWithout) }),
  }));
  return {
    inFlight,
    rounds,
    results,
    ...(growth !== undefined && { memoryGrowth: growth }),
    missed: [
      ...results.filter(({ ratio, goal }) => ratio < goal).map(({ load, waiting }) => `${load}/${waiting}`),
      ...results
        .filter(({ callsPerMessage }) => callsPerMessage > goals.callsPerMessage)
        .map(({ load, waiting }) => `${load}/${waiting}/calls`),
      ...results
        .filter(({ ratioWithLedger = 1 }) => ratioWithLedger < goals.ratioWithLedger)
        .map(({ load, waiting }) => `${load}/${waiting}/ledger`),
      ...((growth ?? 0) > goals.memoryGrowth ? ['memory'] : []),
    ],
  };
}

function figures({ messagesPerSecond, callsPerMessage, cpuMicrosecondsPerMessage }: Run): string[] {
  return [messagesPerSecond.toFixed(0), callsPerMessage.toFixed(3), cpuMicrosecondsPerMessage.toFixed(0)];
}

function times(ratio: number): string {
  return `${ratio.toFixed(2)}×`;
}

function rounded(value: number): number {
  return Number(value.toFixed(3));
}
