import { describe, expect, it } from 'vitest';
import { dev } from './dev.ts';

const { only, properties, name: prefix, environment } = dev;

describe('scaling', () => {
  const policies = () => properties('AWS::ApplicationAutoScaling::ScalingPolicy');
  const steps = (name: string) =>
    policies().find(({ PolicyName }) => PolicyName === name).StepScalingPolicyConfiguration;

  it('reaches from nobody to the maximum', () => {
    expect(only('AWS::ApplicationAutoScaling::ScalableTarget')).toMatchObject({
      MinCapacity: 0,
      MaxCapacity: environment.workers.maximum,
    });
  });

  it.each([
    ['follow-demand', 1],
    ['follow-demand-from-8', 8],
  ])('sets exact numbers without a pause: %s begins at %i, and ends at the maximum', (policy, first) => {
    const { StepAdjustments, ...rest } = steps(policy);
    expect(rest).toEqual({ AdjustmentType: 'ExactCapacity', Cooldown: 0, MetricAggregationType: 'Maximum' });
    expect(StepAdjustments[0]).toMatchObject({ MetricIntervalLowerBound: 0, ScalingAdjustment: first });
    expect(StepAdjustments.at(-1)).not.toHaveProperty('MetricIntervalUpperBound');
    expect(StepAdjustments.at(-1).ScalingAdjustment).toBe(environment.workers.maximum);
    expect(environment.workers.maximum).toBeGreaterThan(20);
    expect(StepAdjustments.length).toBeLessThanOrEqual(20);
  });

  it.each(['follow-demand', 'follow-demand-from-8'])('leaves no demand between two steps of %s', (policy) => {
    const { StepAdjustments } = steps(policy);
    for (let index = 1; index < StepAdjustments.length; index += 1) {
      expect(StepAdjustments[index].MetricIntervalLowerBound).toBe(
        StepAdjustments[index - 1].MetricIntervalUpperBound,
      );
    }
  });

  it('stops the last worker at no demand, and only there', () => {
    expect(steps('stop-without-demand').StepAdjustments).toEqual([
      { MetricIntervalUpperBound: 0, ScalingAdjustment: 0 },
    ]);
  });

  it('follows one metric of this deployment and changes nothing when it is silent', () => {
    const alarms = properties('AWS::CloudWatch::Alarm').filter(
      ({ MetricName, Statistic }) => MetricName === 'WorkerDemand' && Statistic === 'Maximum',
    );
    expect(
      alarms.map(({ Threshold, ComparisonOperator, Period }) => [ComparisonOperator, Threshold, Period]),
    ).toEqual([
      ['GreaterThanOrEqualToThreshold', 1, 10],
      ['GreaterThanOrEqualToThreshold', 8, 10],
      ['LessThanOrEqualToThreshold', 0, 60],
    ]);
    for (const alarm of alarms) {
      expect(alarm).toMatchObject({
        Namespace: 'Slackwater',
        Dimensions: [{ Name: 'Deployment', Value: prefix }],
        Statistic: 'Maximum',
        EvaluationPeriods: 1,
        TreatMissingData: 'notBreaching',
      });
      expect(alarm.AlarmActions).toHaveLength(1);
      for (const kind of ['OKActions', 'InsufficientDataActions']) expect(alarm).not.toHaveProperty(kind);
    }
  });
});
