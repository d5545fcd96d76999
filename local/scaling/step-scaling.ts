/** A step scaling policy in the words of CloudFormation's `StepScalingPolicyConfiguration`. */
export interface StepScalingPolicy {
  AdjustmentType: 'ExactCapacity' | 'ChangeInCapacity' | 'PercentChangeInCapacity';
  /** Seconds. Default: 300. */
  Cooldown?: number;
  /** How several datapoints become one. Default: Average. */
  MetricAggregationType?: 'Average' | 'Minimum' | 'Maximum';
  /** For PercentChangeInCapacity only: the least change. */
  MinAdjustmentMagnitude?: number;
  /** Bounds are relative to the alarm's threshold; a bound left out is infinite. */
  StepAdjustments: readonly {
    MetricIntervalLowerBound?: number;
    MetricIntervalUpperBound?: number;
    ScalingAdjustment: number;
  }[];
}

/** A scaling activity whose cooldown may still run. */
export interface ScalingActivity {
  readonly direction: 'out' | 'in';
  /** Capacity before the activity that began the cooldown. */
  readonly from: number;
  /** Milliseconds since 1970. */
  readonly cooldownEndsAt: number;
}

/** What a policy decides at one alarm. */
export interface ScalingDecision {
  readonly desired: number;
  /** Set if the capacity changes: to be given back at the next alarm. */
  readonly activity: ScalingActivity | undefined;
  readonly reason: string;
}

/**
 * The capacity that Application Auto Scaling sets when an alarm invokes a step scaling policy. Pure.
 * During the cooldown of a scale-out only what goes beyond it is added; during that of a scale-in
 * nothing more is taken away, but a scale-out goes through and ends it
 * (https://docs.aws.amazon.com/autoscaling/application/userguide/step-scaling-policy-overview.html).
 */
export function stepScaling({
  policy,
  threshold,
  datapoints,
  current,
  minimum,
  maximum,
  now,
  last,
}: {
  policy: StepScalingPolicy;
  threshold: number;
  /** The alarm's datapoints; at least one. */
  datapoints: readonly number[];
  current: number;
  minimum: number;
  maximum: number;
  /** Milliseconds since 1970. */
  now: number;
  last?: ScalingActivity | undefined;
}): ScalingDecision {
  const value = aggregate(datapoints, policy.MetricAggregationType ?? 'Average');
  const step = value === undefined ? undefined : matchingStep(policy, value - threshold);
  const stay = (reason: string): ScalingDecision => ({ desired: current, activity: undefined, reason });
  if (value === undefined || !step) return stay(`no step for ${value ?? 'no datapoint'}`);

  const cooling = last && now < last.cooldownEndsAt ? last : undefined;
  const wanted = clamp(adjusted(policy, step.ScalingAdjustment, current), minimum, maximum);
  const said = `${value} against ${threshold}: ${policy.AdjustmentType} ${step.ScalingAdjustment}`;
  if (wanted < current) {
    if (step.ScalingAdjustment >= 0 && policy.AdjustmentType !== 'ExactCapacity') {
      return stay(`${said}, but already above the maximum of ${maximum}`);
    }
    if (cooling?.direction === 'in') return stay(`${said}, but a scale-in cools down`);
    return change({ direction: 'in', from: current, desired: wanted });
  }
  if (cooling?.direction === 'out') {
    const beyond = clamp(adjusted(policy, step.ScalingAdjustment, cooling.from), minimum, maximum);
    if (beyond <= current) return stay(`${said}, but a scale-out cools down`);
    return change({ direction: 'out', from: cooling.from, desired: beyond });
  }
  if (wanted === current) return stay(`${said}, which is so already`);
  if (step.ScalingAdjustment <= 0 && policy.AdjustmentType !== 'ExactCapacity') {
    return stay(`${said}, but already below the minimum of ${minimum}`);
  }
  return change({ direction: 'out', from: current, desired: wanted });

  function change({ desired, ...activity }: Omit<ScalingActivity, 'cooldownEndsAt'> & { desired: number }) {
    const cooldownEndsAt = now + (policy.Cooldown ?? 300) * 1000;
    return { desired, activity: { ...activity, cooldownEndsAt }, reason: said };
  }
}

function aggregate(
  datapoints: readonly number[],
  type: NonNullable<StepScalingPolicy['MetricAggregationType']>,
): number | undefined {
  if (datapoints.length === 0) return undefined;
  if (type === 'Minimum') return Math.min(...datapoints);
  if (type === 'Maximum') return Math.max(...datapoints);
  return datapoints.reduce((sum, value) => sum + value, 0) / datapoints.length;
}

/** At and above the threshold a step includes its lower bound, at and below it its upper one. */
function matchingStep(
  { StepAdjustments }: StepScalingPolicy,
  breach: number,
): StepScalingPolicy['StepAdjustments'][number] | undefined {
  const bounds = (step: StepScalingPolicy['StepAdjustments'][number]): [number, number] => [
    step.MetricIntervalLowerBound ?? Number.NEGATIVE_INFINITY,
    step.MetricIntervalUpperBound ?? Number.POSITIVE_INFINITY,
  ];
  const above = StepAdjustments.find((step) => {
    const [lower, upper] = bounds(step);
    return lower <= breach && breach < upper;
  });
  const below = StepAdjustments.find((step) => {
    const [lower, upper] = bounds(step);
    return lower < breach && breach <= upper;
  });
  if (breach < 0) return below;
  return breach > 0 ? above : (above ?? below);
}

function adjusted(policy: StepScalingPolicy, adjustment: number, capacity: number): number {
  if (policy.AdjustmentType === 'ExactCapacity') return adjustment;
  if (policy.AdjustmentType === 'ChangeInCapacity') return capacity + adjustment;
  return capacity + percentChange((capacity * adjustment) / 100, adjustment, policy.MinAdjustmentMagnitude);
}

/** AWS drops the fraction of a change, except that one smaller than one becomes one; zero stays zero. */
function percentChange(exact: number, adjustment: number, least = 0): number {
  if (exact === 0) return 0;
  const whole = Math.abs(exact) < 1 ? 1 : Math.floor(Math.abs(exact));
  return Math.sign(adjustment) * Math.max(whole, least);
}

function clamp(value: number, minimum: number, maximum: number): number {
  return Math.min(maximum, Math.max(minimum, value));
}
