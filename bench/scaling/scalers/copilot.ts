import { plainHabits } from '../plain-habits.ts';
import type { Scaler, World } from '../simulate.ts';
import { startTargetTracking } from '../target-tracking.ts';
import type { TraceTask } from '../trace.ts';

const minuteMs = 60_000;

/** Messages a worker may have waiting: what it starts within the objective, with all its slots. */
export function acceptableBacklog({ startWithinSeconds, expectedSeconds, concurrency }: TraceTask): number {
  return Math.ceil((startWithinSeconds * concurrency) / expectedSeconds);
}

/** What Copilot's Lambda publishes. */
export function backlogPerTask({ waiting, running }: { waiting: number; running: number }): number {
  return Math.ceil(waiting / Math.max(1, running));
}

/** Copilot's worker service: target tracking of the backlog a worker, which a Lambda counts every minute. */
export function copilot(name: string, limits: { minimum: number; maximum: number }): Scaler {
  return {
    name,
    assumed:
      'acceptable latency = the objective, message processing time = expected length / concurrency, ' +
      'counts read from SQS itself, cooldown 60 s out and 120 s in',
    habits: () => plainHabits,
    start: (world) => {
      const { clock, random, trace, fleet } = world;
      const count = () => {
        clock.schedule(minuteMs, count);
        publish(world);
      };
      clock.schedule(random.between(0, minuteMs), count);
      startTargetTracking(world, {
        ...{ metricName: 'BacklogPerTask', target: acceptableBacklog(trace.task) },
        ...{ scaleOutCooldownSeconds: 60, scaleInCooldownSeconds: 120 },
        ...limits,
      });
      fleet.setDesired(limits.minimum);
    },
  };
}

function publish({ clock, random, fleet, store, assumptions, readCounts }: World): void {
  const running = [...fleet.workers].filter(({ state }) => state === 'running').length;
  const values = [backlogPerTask({ waiting: readCounts().waiting, running })];
  const timestamp = clock.now();
  clock.schedule(random.between(...assumptions.logMetricSeconds) * 1000, () =>
    store.put({ namespace: 'Bench', metricName: 'BacklogPerTask', timestamp, values, resolutionSeconds: 1 }),
  );
}
