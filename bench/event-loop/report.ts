import { limits } from '../../tasks/limits.ts';
import { loopResolutionMs } from '../measuring/resource-meter.ts';
import type { Crowd, Crowded } from './crowd-worker.ts';

const goalP99Ms = 50;

/** What was found, for people. */
export function tableOf({ rows, reportRows }: Crowd, crowded: Crowded): string {
  const { seconds, uploads, reports, cpuSeconds, loopDelayP99Ms, visibility } = crowded;
  return [
    `${uploads} uploads of ${rows} rows and ${reports} PDFs of ${reportRows} properties in ${seconds.toFixed(0)} s, ${cpuSeconds.toFixed(0)} s of CPU`,
    `  event loop p99      ${loopDelayP99Ms.toFixed(1)} ms (goal: less than ${goalP99Ms}; ${loopResolutionMs} of a free loop)`,
    `  of an idle process  ${crowded.idleLoopDelayP99Ms.toFixed(1)} ms, beside it`,
    `  messages received   ${visibility.received}, of them again ${visibility.again} (goal 0)`,
    `  visibility left     at least ${leastLeft(visibility)} of ${limits.leaseSeconds} s`,
  ].join('\n');
}

/** The benchmark's last line. */
export function summaryOf(crowd: Crowd, { loopDelayP99Ms, visibility, ...crowded }: Crowded) {
  return {
    ...crowd,
    seconds: Math.round(crowded.seconds),
    uploads: crowded.uploads,
    reports: crowded.reports,
    loopDelayP99Ms: Number(loopDelayP99Ms.toFixed(1)),
    idleLoopDelayP99Ms: Number(crowded.idleLoopDelayP99Ms.toFixed(1)),
    ratioToGoal: Number((loopDelayP99Ms / goalP99Ms).toFixed(3)),
    receivedAgain: visibility.again,
    leastVisibilityLeftSeconds: leastLeft(visibility),
    missed: [
      ...(loopDelayP99Ms >= goalP99Ms ? ['loopDelay'] : []),
      ...(visibility.again > 0 ? ['visibility'] : []),
    ],
  };
}

function leastLeft({ leastLeftSeconds }: Crowded['visibility']): number | null {
  return leastLeftSeconds === null ? null : Number(leastLeftSeconds.toFixed(1));
}
