import { checkEffects } from './check-effects.ts';
import { checkQueues } from './check-queues.ts';
import { checkRuns } from './check-runs.ts';
import { checkWorkers } from './check-workers.ts';
import { expectedRuns } from './expected-runs.ts';
import type { Finding } from './finding.ts';
import type { Observation } from './observe.ts';

/** Checks from outside that everything promised was kept. */
export function judge(seen: Observation): Finding[] {
  const expected = expectedRuns(seen);
  return [
    ...checkRuns(seen, expected),
    ...checkEffects(seen, expected),
    ...checkQueues(seen),
    ...checkWorkers(seen),
  ];
}
