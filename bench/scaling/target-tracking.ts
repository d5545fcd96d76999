import { evaluateAlarm, extraPeriods } from '../../local/cloudwatch/evaluate-alarm.ts';
import type { TargetTracking } from './scaling-template.ts';
import type { World } from './simulate.ts';

const minuteMs = 60_000;
/** What Application Auto Scaling's own alarms look at; it cannot be set. */
const outPeriods = 3;
const inPeriods = 15;
const inBelow = 0.9;

/**
 * Follows a target as Application Auto Scaling does: out in proportion after 3 minutes above it, in after 15 below
 * nine tenths of it. Nothing in proportion to zero workers is ever more than zero.
 */
export function startTargetTracking(
  { clock, store, fleet, random, assumptions }: World,
  options: TargetTracking & { minimum: number; maximum: number },
): void {
  let outUntilMs = 0;
  let inUntilMs = 0;
  let cooldownFrom = 0;

  const values = (periods: number) => {
    const windows = periods + extraPeriods;
    return store.query({
      ...{ namespace: 'Bench', metricName: options.metricName, dimensions: {}, stat: 'Average' },
      ...{ periodMs: minuteMs, start: clock.now() - windows * minuteMs, windows },
    });
  };
  const breaches = (periods: number, comparison: 'GreaterThanThreshold' | 'LessThanThreshold') => {
    const Threshold = comparison === 'GreaterThanThreshold' ? options.target : inBelow * options.target;
    const rule = { ComparisonOperator: comparison, Threshold, EvaluationPeriods: periods } as const;
    const { state, datapoints } = evaluateAlarm(rule, values(periods), 'OK');
    return state === 'ALARM' ? datapoints.at(-1) : undefined;
  };
  const clamp = (workers: number) => Math.min(options.maximum, Math.max(options.minimum, workers));
  const set = (workers: number) =>
    clock.schedule(random.between(...assumptions.scalingActionSeconds) * 1000, () =>
      fleet.setDesired(workers),
    );

  const evaluate = () => {
    const now = clock.now();
    const above = breaches(outPeriods, 'GreaterThanThreshold');
    const below = above === undefined ? breaches(inPeriods, 'LessThanThreshold') : undefined;
    if (above !== undefined) {
      const isCooling = now < outUntilMs;
      const from = isCooling ? cooldownFrom : fleet.desired;
      const wanted = clamp(Math.ceil((from * above) / options.target));
      if (wanted > fleet.desired) {
        cooldownFrom = from;
        outUntilMs = now + options.scaleOutCooldownSeconds * 1000;
        set(wanted);
      }
    } else if (below !== undefined && now >= Math.max(inUntilMs, outUntilMs)) {
      const wanted = clamp(Math.ceil((fleet.desired * below) / options.target));
      if (wanted < fleet.desired) {
        inUntilMs = now + options.scaleInCooldownSeconds * 1000;
        set(wanted);
      }
    }
    clock.schedule(minuteMs, evaluate);
  };
  clock.schedule(minuteMs, evaluate);
}
