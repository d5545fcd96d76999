import { median } from '../measuring/median.ts';
import type { Run } from './measure.ts';

/** The median of each figure over several runs. */
export function medianRun(runs: readonly Run[]): Run {
  return {
    messagesPerSecond: median(runs.map((run) => run.messagesPerSecond)),
    callsPerMessage: median(runs.map((run) => run.callsPerMessage)),
    cpuMicrosecondsPerMessage: median(runs.map((run) => run.cpuMicrosecondsPerMessage)),
  };
}
