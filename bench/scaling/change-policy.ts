import type { StepScalingPolicy } from '../../local/scaling/step-scaling.ts';
import type { PolicyVariant } from './scalers/slackwater.ts';
import type { ScalingTemplate } from './scaling-template.ts';

/** A policy that is tried in place of the deployed one. */
export type Candidate = PolicyVariant & {
  name: string;
  /** Period of the alarm that follows the demand. */
  followSeconds?: number;
  /** Period of the alarm that stops the last workers. */
  stopSeconds?: number;
  /** What the alarms make of silence: nothing, or their end, so that the next telling sets them off anew. */
  silence?: 'ignore' | 'notBreaching';
  /** An alarm each at these demands: a rise past one acts at once, not at the next minute's repeat. */
  thresholds?: readonly number[];
  /** Exact steps up to here, then each so many times the one before. */
  steps?: { exactUpTo: number; growth: number };
};

/** The template with the candidate's alarms and steps in place of its own. */
export function changePolicy(template: ScalingTemplate, candidate: Candidate): ScalingTemplate {
  const { followSeconds, stopSeconds, silence } = candidate;
  const following = template.alarms.filter(({ Threshold }) => Threshold > 0);
  const [lowest] = following;
  const [action = ''] = lowest?.AlarmActions ?? [];
  const policy = template.steps.get(action);
  if (!lowest || !policy) throw new Error('The template has no alarm that follows the demand');
  const { thresholds = following.map(({ Threshold }) => Threshold) } = candidate;
  const steps = new Map(template.steps);
  const changed = thresholds.map((Threshold) => {
    const name = `${action}-${Threshold}`;
    const StepAdjustments = stepsFrom(Threshold, candidate.steps, { policy, maximum: template.maximum });
    steps.set(name, { ...policy, StepAdjustments });
    const Period = followSeconds ?? lowest.Period;
    return { ...lowest, Threshold, Period, AlarmName: name, AlarmActions: [name] };
  });
  const stopping = template.alarms
    .filter(({ Threshold }) => Threshold === 0)
    .map((alarm) => ({ ...alarm, Period: stopSeconds ?? alarm.Period }));
  const alarms = [...changed, ...stopping].map((alarm) => ({
    ...alarm,
    ...(silence && { TreatMissingData: silence }),
  }));
  return { ...template, alarms, steps };
}

/** Steps of exact capacities for an alarm at this threshold. */
function stepsFrom(
  threshold: number,
  shape: Candidate['steps'],
  { policy, maximum }: { policy: StepScalingPolicy; maximum: number },
): StepScalingPolicy['StepAdjustments'] {
  const capacities = shape
    ? capacitiesOf(shape, maximum)
    : policy.StepAdjustments.map(({ ScalingAdjustment }) => ScalingAdjustment);
  const reached = capacities.filter((capacity) => capacity >= threshold);
  return reached.map((capacity, index) => {
    const before = reached[index - 1];
    return {
      ScalingAdjustment: capacity,
      MetricIntervalLowerBound: before === undefined ? 0 : before + 1 - threshold,
      ...(index < reached.length - 1 && { MetricIntervalUpperBound: capacity + 1 - threshold }),
    };
  });
}

function capacitiesOf(
  { exactUpTo, growth }: { exactUpTo: number; growth: number },
  maximum: number,
): number[] {
  const capacities = Array.from({ length: Math.min(exactUpTo, maximum) }, (_, index) => index + 1);
  for (let last = exactUpTo; last < maximum; ) {
    last = Math.min(maximum, Math.max(last + 1, Math.round(last * growth)));
    capacities.push(last);
  }
  return capacities.slice(0, 20);
}
