import {
  computeDemand,
  objectiveShare as standardObjectiveShare,
} from '../../../lambdas/worker-demand/compute-demand.ts';
import { smoothingMinutes as standardSmoothingMinutes } from '../../../lambdas/worker-demand/read-metrics.ts';
import { floorTo } from '../../../local/cloudwatch/metric-store.ts';
import { metrics } from '../../../tasks/names.ts';
import { protectedHabits, type Rotation } from '../protected-habits.ts';
import type { ScalingTemplate } from '../scaling-template.ts';
import type { Scaler, World } from '../simulate.ts';
import { startStepAlarms } from '../step-alarms.ts';
import { startWorkerMetrics } from '../worker-metrics.ts';

/** What a search may change of our policy; left out, it is as deployed. */
export interface PolicyVariant {
  name?: string;
  /** For how long a need is remembered. */
  smoothingMinutes?: number;
  /** Minutes of WorkersHeld of which the fullest counts. */
  heldMinutes?: number;
  /** Workers tell of attempts that ended since they last told, too, if those held more. */
  countsEnded?: boolean;
  /** The demand works for this part of every objective. */
  objectiveShare?: number;
  rotation?: Rotation;
  /** Periods beyond its own for which an alarm remembers the last datapoint. AWS does not tell; default: as local. */
  alarmMemoryPeriods?: number;
}

const minuteMs = 60_000;
const shiftEveryMs = 6 * 60 * minuteMs;

/** Our demand and our policy, as the template has it. */
export function slackwater(template: ScalingTemplate, variant: PolicyVariant = {}): Scaler {
  const {
    smoothingMinutes = standardSmoothingMinutes,
    heldMinutes = standardSmoothingMinutes,
    countsEnded = false,
    objectiveShare = standardObjectiveShare,
    rotation,
    alarmMemoryPeriods,
  } = variant;
  return {
    name: variant.name ?? 'slackwater',
    assumed: 'alarms, steps, cooldown and maximum of the template; the demand that the Lambda computes',
    habits: (world) => protectedHabits(world, rotation),
    start: (world) => {
      startWorkerMetrics(world, { countsEnded });
      startStepAlarms(world, template, alarmMemoryPeriods);
      // A deployment's schedule keeps its second of the minute; a long trace tries many.
      const tell = () => {
        const isShifted =
          Math.floor(world.clock.now() / shiftEveryMs) !==
          Math.floor((world.clock.now() + minuteMs) / shiftEveryMs);
        world.clock.schedule(isShifted ? world.random.between(0.5, 1.5) * minuteMs : minuteMs, tell);
        tellDemand(world, { smoothingMinutes, heldMinutes, objectiveShare, maximum: template.maximum });
      };
      world.clock.schedule(world.random.between(0, minuteMs), tell);
    },
  };
}

/** One invocation of the worker-demand Lambda: what it reads, by which windows, and when its numbers arrive. */
function tellDemand(
  world: World,
  policy: { smoothingMinutes: number; heldMinutes: number; objectiveShare: number; maximum: number },
): void {
  const { clock, store, fleet, random, assumptions, trace } = world;
  const now = clock.now();
  const recent = (metricName: string, stat: string, minutes: number) => {
    const start = floorTo(now - minutes * minuteMs, minuteMs);
    const windows = minutes + 1;
    const query = { namespace: metrics.namespace, metricName, dimensions: {}, stat };
    return store
      .query({ ...query, start, windows, periodMs: minuteMs })
      .filter((value) => value !== undefined);
  };
  const isMeasured = fleet.workers.size > 0;
  const load = {
    ...trace.task,
    waiting: world.readCounts().waiting,
    seconds: (isMeasured ? measuredSeconds(world) : undefined) ?? trace.task.expectedSeconds,
    paused: false,
  };
  const { needed, demand } = computeDemand(
    {
      tasks: [load],
      held: isMeasured ? Math.max(0, ...recent(metrics.workersHeld, 'Sum', policy.heldMinutes)) : 0,
      busy: [...fleet.workers].filter(({ protectedUntilMs }) => protectedUntilMs > now).length,
      recentNeeded: isMeasured ? recent(metrics.workersNeeded, 'Maximum', policy.smoothingMinutes) : [],
      maximum: policy.maximum,
      wake: false,
    },
    policy.objectiveShare,
  );
  const arriveMs =
    1000 * (random.between(...assumptions.lambdaSeconds) + random.between(...assumptions.putMetricSeconds));
  clock.schedule(arriveMs, () => {
    const put = (metricName: string, value: number) =>
      store.put({
        ...{ namespace: metrics.namespace, metricName, values: [value] },
        ...{ timestamp: now, resolutionSeconds: 1 },
      });
    put(metrics.workersNeeded, needed);
    put(metrics.workerDemand, demand);
  });
}

/** The average of the newest hour that had an attempt, of the last two. */
function measuredSeconds({ clock, store }: World): number | undefined {
  const hourMs = 60 * minuteMs;
  const query = { namespace: metrics.namespace, metricName: metrics.attemptSeconds, dimensions: {} };
  const start = floorTo(clock.now() - 2 * hourMs, hourMs);
  return store
    .query({ ...query, stat: 'Average', start, windows: 3, periodMs: hourMs })
    .findLast((value) => value !== undefined);
}
