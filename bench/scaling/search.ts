import type { StepScalingPolicy } from '../../local/scaling/step-scaling.ts';
import { tableOf } from './compare.ts';
import type { Rotation } from './protected-habits.ts';
import { type PolicyVariant, slackwater } from './scalers/slackwater.ts';
import type { ScalingTemplate } from './scaling-template.ts';
import { simulate } from './simulate.ts';
import { traces } from './traces.ts';

/** A policy that is tried in place of the deployed one. */
type Candidate = PolicyVariant & {
  name: string;
  /** Period of the alarm that follows the demand. */
  followSeconds?: number;
  /** Period of the alarm that stops the last workers. */
  stopSeconds?: number;
  /** An alarm each at these demands: a rise past one acts at once, not at the next minute's repeat. */
  thresholds?: readonly number[];
  /** Exact steps up to here, then each so many times the one before. */
  steps?: { exactUpTo: number; growth: number };
};

const oneAtATime = (when: Rotation['when']): Rotation => ({ when, afterSeconds: 60, asideSeconds: 150 });
const half: Rotation = { ...oneAtATime('beside-others'), chance: 0.5 };

const candidates: readonly Candidate[] = [
  { name: 'as deployed' },
  ...[10, 30, 60].map((followSeconds) => ({ name: `follow alarm ${followSeconds} s`, followSeconds })),
  ...[10, 30].map((stopSeconds) => ({ name: `stop alarm ${stopSeconds} s`, stopSeconds })),
  { name: 'alarms at 1, 2, 4, 8 … 32', thresholds: [1, 2, 4, 8, 16, 32] },
  ...[1, 2, 3, 5, 10].map((smoothingMinutes) => ({
    name: `smoothing ${smoothingMinutes} min`,
    smoothingMinutes,
  })),
  ...[1, 2, 3].map((heldMinutes) => ({ name: `held of ${heldMinutes} min`, heldMinutes })),
  { name: 'held counts ended attempts', countsEnded: true },
  ...[0.25, 0.33, 0.5, 0.75, 1].map((objectiveFraction) => ({
    name: `objective x ${objectiveFraction}`,
    objectiveFraction,
  })),
  ...[
    { exactUpTo: 5, growth: 1.5 },
    { exactUpTo: 10, growth: 1.25 },
    { exactUpTo: 15, growth: 1.35 },
    { exactUpTo: 1, growth: 2 },
  ].map((steps) => ({ name: `steps exact to ${steps.exactUpTo}, then x ${steps.growth}`, steps })),
  { name: 'rotation: never', rotation: oneAtATime('never') },
  { name: 'rotation: one at a time, even alone', rotation: oneAtATime('always') },
  { name: 'rotation: one at a time, not alone', rotation: oneAtATime('beside-others') },
  ...[0.25, 0.5, 0.75].map((chance) => ({
    name: `rotation: each with chance ${chance}, not alone`,
    rotation: { ...half, chance },
  })),
  {
    name: 'old versions leave once replaced',
    rotation: { ...oneAtATime('beside-others'), leavesForNewVersion: true },
  },
  ...[1, 2].map((minutes) => ({
    name: `all of it, ${minutes} min`,
    ...{ smoothingMinutes: minutes, heldMinutes: minutes, objectiveFraction: 0.5 },
    rotation: { ...half, leavesForNewVersion: true },
  })),
];

/** Tries every candidate on the traces and says what came of it. */
export function searchPolicies({
  names,
  seed,
  template,
  say,
}: {
  names: readonly string[];
  seed: string;
  template: ScalingTemplate;
  say(text: string): void;
}): void {
  for (const name of names) {
    const trace = traces[name]?.(seed);
    if (!trace)
      throw new Error(`No trace ${JSON.stringify(name)}: there are ${Object.keys(traces).join(', ')}`);
    const rows = candidates.map((candidate) => {
      const scaler = slackwater(changed(template, candidate), { ...candidate, name: 'slackwater' });
      return { name: candidate.name, scores: simulate(trace, scaler, { seed }).scores };
    });
    say(`\n${trace.title}\n\n${tableOf(rows)}`);
  }
}

function changed(template: ScalingTemplate, candidate: Candidate): ScalingTemplate {
  const { followSeconds, stopSeconds, thresholds = [1] } = candidate;
  const steps = new Map(template.steps);
  const alarms = template.alarms.flatMap((alarm) => {
    if (alarm.Threshold === 0) return [{ ...alarm, Period: stopSeconds ?? alarm.Period }];
    const action = alarm.AlarmActions?.[0] ?? '';
    const policy = steps.get(action);
    if (!policy) return [alarm];
    return thresholds.map((Threshold) => {
      const name = `${action}-${Threshold}`;
      steps.set(name, {
        ...policy,
        StepAdjustments: stepsFrom(Threshold, candidate.steps, { policy, maximum: template.maximum }),
      });
      const Period = followSeconds ?? alarm.Period;
      return { ...alarm, Threshold, Period, AlarmName: name, AlarmActions: [name] };
    });
  });
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
