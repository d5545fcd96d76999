import { readFileSync } from 'node:fs';
import type { HeartbeatRecord } from './heartbeat.ts';
import { monotonicSeconds } from './watch-loops.ts';

/** After so long a silence the worker's leases have run out twice: it is stuck in one piece of code. */
const longestSilenceSeconds = 120;

// The container's health check: exit code 0 if the worker whose heartbeat file is named makes progress, else 1.
try {
  const problem = problemOf(readFileSync(process.argv[2] ?? '', 'utf8'));
  if (problem) fail(problem);
} catch (error) {
  fail(`no heartbeat in ${JSON.stringify(process.argv[2])}: ${(error as Error).message}`);
}

function problemOf(text: string): string | undefined {
  const { beatAtSeconds, stalls } = JSON.parse(text) as HeartbeatRecord;
  const silence = monotonicSeconds() - beatAtSeconds;
  if (!(silence <= longestSilenceSeconds)) return `no heartbeat for ${Math.round(silence)} s`;
  if (stalls.length === 0) return undefined;
  return `no progress of ${stalls.map(({ loop, seconds }) => `${loop} for ${seconds} s`).join(', ')}`;
}

function fail(problem: string): void {
  console.error(problem);
  process.exitCode = 1;
}
