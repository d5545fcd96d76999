import type { AlarmState } from './cloudwatch.ts';

/** When an alarm goes off, in the words of CloudFormation's `AWS::CloudWatch::Alarm`. */
export interface AlarmRule {
  ComparisonOperator: ComparisonOperator;
  Threshold: number;
  EvaluationPeriods: number;
  /** How many of the periods must breach. Default: all. */
  DatapointsToAlarm?: number;
  /** Default: missing. */
  TreatMissingData?: 'missing' | 'ignore' | 'breaching' | 'notBreaching';
}

/** The comparisons of static thresholds. */
export type ComparisonOperator = keyof typeof comparisons;

const comparisons = {
  GreaterThanThreshold: (value: number, threshold: number) => value > threshold,
  GreaterThanOrEqualToThreshold: (value: number, threshold: number) => value >= threshold,
  LessThanThreshold: (value: number, threshold: number) => value < threshold,
  LessThanOrEqualToThreshold: (value: number, threshold: number) => value <= threshold,
};

/** Whether CloudWatch knows the comparison for a static threshold. */
export function isComparison(name: string): name is ComparisonOperator {
  return Object.hasOwn(comparisons, name);
}

/** Periods that CloudWatch looks back beyond those it evaluates, to do without missing ones. */
export const extraPeriods = 2;

/** What an evaluation came to. */
export interface AlarmEvaluation {
  readonly state: AlarmState;
  readonly reason: string;
  /** The real datapoints that were evaluated, oldest first. */
  readonly datapoints: readonly number[];
}

/**
 * The state that CloudWatch gives an alarm. Pure. Real datapoints of the evaluation range (EvaluationPeriods
 * and two more) go before missing ones; what is still lacking is filled as TreatMissingData says
 * (https://docs.aws.amazon.com/AmazonCloudWatch/latest/monitoring/alarms-and-missing-data.html).
 * `range` is one value a period, oldest first, undefined where there is no data.
 */
export function evaluateAlarm(
  rule: AlarmRule,
  range: readonly (number | undefined)[],
  current: AlarmState,
): AlarmEvaluation {
  const periods = rule.EvaluationPeriods;
  const needed = rule.DatapointsToAlarm ?? periods;
  const treatment = rule.TreatMissingData ?? 'missing';
  const breaches = (value: number | undefined): boolean =>
    value !== undefined && comparisons[rule.ComparisonOperator](value, rule.Threshold);

  const datapoints = range.filter((value) => value !== undefined).slice(-periods);
  const breaching = datapoints.filter(breaches).length;
  const missing = periods - datapoints.length;
  const filled = treatment === 'breaching' ? missing : 0;
  const end = (state: AlarmState): AlarmEvaluation => ({
    state,
    datapoints,
    reason:
      `${breaching} of ${datapoints.length} datapoints [${datapoints.join(', ')}] breach ` +
      `${rule.ComparisonOperator} ${rule.Threshold}, ${needed} of ${periods} needed` +
      (missing > 0 ? `, ${missing} missing (${treatment})` : ''),
  });

  if (breaching + filled >= needed) return end('ALARM');
  const fillsUp = missing === 0 || treatment === 'breaching' || treatment === 'notBreaching';
  if (fillsUp || breaching < datapoints.length) return end('OK');
  if (treatment === 'ignore') return end(current);
  if (datapoints.length === 0) return end('INSUFFICIENT_DATA');

  // All there is breaches, but it is too little: only if it is old enough it cannot be a false alarm.
  const evaluated = range.slice(-periods);
  const oldestBreach = evaluated.length - evaluated.findIndex(breaches);
  return end(evaluated.some(breaches) && oldestBreach >= needed ? 'ALARM' : current);
}
