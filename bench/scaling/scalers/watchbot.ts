import type { AlarmDefinition } from '../../../local/cloudwatch/alarms.ts';
import type { StepScalingPolicy } from '../../../local/scaling/step-scaling.ts';
import { plainHabits } from '../plain-habits.ts';
import { startQueueMetric } from '../service-metrics.ts';
import type { Scaler, World } from '../simulate.ts';
import { startStepAlarms } from '../step-alarms.ts';

const minuteMs = 60_000;

/** Workers that ecs-watchbot adds at once. */
export function watchbotStep(maximum: number): number {
  return Math.max(1, Math.min(100, Math.round(maximum / 10)));
}

/** Mapbox's ecs-watchbot: a fixed step out while anything is visible, everything away when nothing is left. */
export function watchbot(maximum: number): Scaler {
  const steps = new Map<string, StepScalingPolicy>([
    [
      'out',
      {
        ...{ AdjustmentType: 'ChangeInCapacity', Cooldown: 300, MetricAggregationType: 'Average' },
        StepAdjustments: [{ MetricIntervalLowerBound: 0, ScalingAdjustment: watchbotStep(maximum) }],
      },
    ],
    [
      'in',
      {
        ...{ AdjustmentType: 'PercentChangeInCapacity', Cooldown: 300, MetricAggregationType: 'Average' },
        StepAdjustments: [{ MetricIntervalUpperBound: 0, ScalingAdjustment: -100 }],
      },
    ],
  ]);
  const alarms: AlarmDefinition[] = [
    {
      ...{ AlarmName: 'visible', AlarmActions: ['out'], Statistic: 'Average' },
      ...{ Namespace: 'AWS/SQS', MetricName: 'ApproximateNumberOfMessagesVisible' },
      ...{ ComparisonOperator: 'GreaterThanOrEqualToThreshold', Threshold: 1 },
      ...{ Period: 300, EvaluationPeriods: 1 },
    },
    {
      ...{ AlarmName: 'nothing', AlarmActions: ['in'], Statistic: 'Maximum' },
      ...{ Namespace: 'Bench', MetricName: 'TotalMessages' },
      ...{ ComparisonOperator: 'LessThanOrEqualToThreshold', Threshold: 0 },
      ...{ Period: 60, EvaluationPeriods: 10 },
    },
  ];
  return {
    name: 'ecs-watchbot',
    assumed:
      'visible averaged over its 5 minutes, cooldown 300 s, the total counted every minute by its Lambda',
    habits: () => plainHabits,
    start: (world) => {
      startQueueMetric(world);
      startTotalMetric(world);
      startStepAlarms(world, { alarms, steps, minimum: 0, maximum });
    },
  };
}

function startTotalMetric({ clock, random, store, assumptions, readCounts }: World): void {
  const count = () => {
    clock.schedule(minuteMs, count);
    const { waiting, inFlight } = readCounts();
    const timestamp = clock.now();
    clock.schedule(random.between(...assumptions.putMetricSeconds) * 1000, () =>
      store.put({
        ...{ namespace: 'Bench', metricName: 'TotalMessages', timestamp, resolutionSeconds: 1 },
        values: [waiting + inFlight],
      }),
    );
  };
  clock.schedule(random.between(0, minuteMs), count);
}
