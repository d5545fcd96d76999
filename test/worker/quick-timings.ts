import type { Timings } from '../../worker/timings.ts';

/** A worker's timings, in proportion but short. */
export const quickTimings: Timings = {
  leaseSeconds: 2,
  renewEverySeconds: 0.4,
  longPollSeconds: 1,
  tidyUpSeconds: 0.3,
  outageSeconds: 1,
  startOutageSeconds: 1,
  protectionRenewSeconds: 0.2,
  protectionLingerSeconds: 0.2,
  stepAsideSeconds: 0.3,
  makeWaySeconds: 0.5,
  pausedTasksSeconds: 0.2,
  stopMarginSeconds: 2,
  heartbeatSeconds: 0.1,
  stallSeconds: 20,
  startStallSeconds: 30,
  longestBackoffSeconds: 0.5,
};
