import type { Assumptions } from './assumptions.ts';
import { assumptions } from './assumptions.ts';
import { createRandom } from './random.ts';
import type { Trace } from './trace.ts';

/** A trace for tests: an hour of independent arrivals, attempts of one length. */
export function testTrace(options: Partial<Trace> & { perSecond?: number; lengthMs?: number } = {}): Trace {
  const { perSecond = 0.5, lengthMs = 4000, ...rest } = options;
  const random = createRandom('test');
  const arrivals: number[] = [];
  for (let at = 1000; at < 3_600_000; at += random.exponential(1000 / perSecond)) arrivals.push(at);
  return {
    name: 'test',
    title: 'Test',
    task: { name: 'test', concurrency: 2, expectedSeconds: lengthMs / 1000, startWithinSeconds: 60 },
    arrivals: Float64Array.from(arrivals),
    lengths: Float64Array.from(arrivals, () => lengthMs),
    endMs: 2 * 3_600_000,
    deploymentsMs: [],
    spotLossesPerWorkerHour: 0,
    picture: { fromMs: 0, toMs: 3_600_000 },
    ...rest,
  };
}

/** Workers that start at once, so that waiting is the queue's alone. */
export const startsAtOnce: Assumptions = { ...assumptions, workerStartSeconds: [0, 0] };
