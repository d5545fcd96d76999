import { metrics } from '../../tasks/names.ts';
import type { Delivery } from '../../worker/delivery.ts';
import { workersHeld } from '../../worker/metrics.ts';
import type { World } from './simulate.ts';

const minuteMs = 60_000;

/**
 * Publishes what our workers tell of themselves: WorkersHeld in the middle of each minute, and the length of every
 * attempt, here in one datum a minute.
 */
export function startWorkerMetrics(world: World, { countsEnded }: { countsEnded: boolean }): void {
  const { clock, fleet, store, random, assumptions, trace } = world;
  const { task } = trace;
  const lengths = { sampleCount: 0, sum: 0, minimum: Number.POSITIVE_INFINITY, maximum: 0 };
  let measured = new Map<string, number>();
  fleet.onAttemptEnded((seconds) => {
    lengths.sampleCount += 1;
    lengths.sum += seconds;
    lengths.minimum = Math.min(lengths.minimum, seconds);
    lengths.maximum = Math.max(lengths.maximum, seconds);
    const before = measured.get(task.name);
    measured.set(task.name, before === undefined ? seconds : before + 0.2 * (seconds - before));
  });
  const publish = (metricName: string, datum: { values: number[]; statistics?: typeof lengths }) => {
    const timestamp = clock.now();
    clock.schedule(random.between(...assumptions.logMetricSeconds) * 1000, () =>
      store.put({ namespace: metrics.namespace, metricName, timestamp, resolutionSeconds: 1, ...datum }),
    );
  };
  const tell = () => {
    clock.schedule(minuteMs, tell);
    if (fleet.workers.size === 0) measured = new Map();
    let held = 0;
    for (const worker of fleet.workers) {
      // workersHeld reads of a delivery only what stands here.
      const deliveries = [...worker.attempts.values()].map((workingSince) => ({
        workingSince,
        queue: { task },
      })) as unknown as Delivery[];
      held += workersHeld(deliveries, measured, clock.now());
    }
    if (countsEnded) {
      const share = Math.min(1, (measured.get(task.name) ?? 0) / task.startWithinSeconds);
      held = Math.max(held, (share * lengths.sum) / (minuteMs / 1000) / task.concurrency);
    }
    if (fleet.workers.size > 0) publish(metrics.workersHeld, { values: [held] });
    if (lengths.sampleCount > 0) publish(metrics.attemptSeconds, { values: [], statistics: { ...lengths } });
    Object.assign(lengths, { sampleCount: 0, sum: 0, minimum: Number.POSITIVE_INFINITY, maximum: 0 });
  };
  clock.schedule(minuteMs / 2, tell);
}
