import type { Timings } from '../../worker/timings.ts';
import { quickTimings } from '../worker/quick-timings.ts';

/** A worker's timings, about a tenth of the deployed ones, so that minutes show what would take an hour. */
export const faultTimings: Timings = {
  ...quickTimings,
  leaseSeconds: 6,
  renewEverySeconds: 2,
  longPollSeconds: 2,
  outageSeconds: 3,
  startOutageSeconds: 30,
  tidyUpSeconds: 1,
  stopMarginSeconds: 4,
  stallSeconds: 60,
  startStallSeconds: 120,
  longestBackoffSeconds: 2,
};

/** What a worker's process is given between SIGTERM and SIGKILL. */
export const stopTimeoutSeconds = 20;
