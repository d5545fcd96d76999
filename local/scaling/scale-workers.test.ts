import { rmSync } from 'node:fs';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { type Clock, startClock } from '../clock.ts';
import type { CloudWatch } from '../cloudwatch/cloudwatch.ts';
import { createCloudWatch } from '../cloudwatch/create-cloudwatch.ts';
import { createEcs } from '../ecs/create-ecs.ts';
import type { Ecs, EcsEvent } from '../ecs/ecs.ts';
import { temporaryDirectory, testService } from '../ecs/test-worker.ts';
import { createScaling, type Scaling } from './create-scaling.ts';
import type { StepScalingPolicy } from './step-scaling.ts';

const resourceId = 'service/cluster/workers';
let directory: string;
let clock: Clock;
let ecs: Ecs;
let cloudWatch: CloudWatch;
let scaling: Scaling;
let counts: number[];
let demand: number;
let stopMeasuring: () => void;

beforeEach(async () => {
  directory = temporaryDirectory();
  clock = startClock(60);
  counts = [];
  const count = (event: EcsEvent): void => {
    if (event.kind === 'worker-count') counts.push(event.running);
  };
  ecs = await createEcs({ stateDirectory: directory, endpoint: () => 'http://127.0.0.1:1', onEvent: count });
  ecs.putService(testService(directory, { desiredCount: 0 }));
  scaling = createScaling({ clock });
  cloudWatch = createCloudWatch({
    clock,
    onAlarm: ({ actions, ...alarm }) => {
      for (const action of actions) scaling.invoke(action, alarm);
    },
  });
  const service = { cluster: 'cluster', services: ['workers'] };
  scaling.putTarget({
    resourceId,
    minimum: 0,
    maximum: 3,
    capacity: async () => {
      const { services } = await ecs.call<{ services: { desiredCount: number }[] }>(
        'DescribeServices',
        service,
      );
      return services[0]?.desiredCount ?? 0;
    },
    setCapacity: async (desiredCount) => {
      await ecs.call('UpdateService', { cluster: 'cluster', service: 'workers', desiredCount });
    },
  });
  const exactly = (StepAdjustments: StepScalingPolicy['StepAdjustments']): StepScalingPolicy => ({
    AdjustmentType: 'ExactCapacity',
    Cooldown: 0,
    MetricAggregationType: 'Maximum',
    StepAdjustments,
  });
  const follow = [1, 2, 3].map((workers) => ({
    MetricIntervalLowerBound: workers - 1,
    ...(workers < 3 && { MetricIntervalUpperBound: workers }),
    ScalingAdjustment: workers,
  }));
  scaling.putPolicy({ arn: 'arn:follow', resourceId, configuration: exactly(follow) });
  const stop = [{ MetricIntervalUpperBound: 0, ScalingAdjustment: 0 }];
  scaling.putPolicy({ arn: 'arn:stop', resourceId, configuration: exactly(stop) });
  const alarm = {
    Namespace: 'Test',
    MetricName: 'Demand',
    Statistic: 'Maximum',
    EvaluationPeriods: 1,
    TreatMissingData: 'ignore',
  };
  const waiting = { ComparisonOperator: 'GreaterThanOrEqualToThreshold', Threshold: 1, Period: 10 };
  const none = { ComparisonOperator: 'LessThanOrEqualToThreshold', Threshold: 0, Period: 60 };
  const put = (definition: object): Promise<unknown> => cloudWatch.call('PutMetricAlarm', definition);
  await put({ ...alarm, ...waiting, AlarmName: 'demand', AlarmActions: ['arn:follow'] });
  await put({ ...alarm, ...none, AlarmName: 'no-demand', AlarmActions: ['arn:stop'] });
});

afterEach(async () => {
  stopMeasuring();
  cloudWatch.close();
  await ecs.close({ withinSeconds: 0.1 });
  rmSync(directory, { recursive: true, force: true });
});

/** Publishes the demand again and again, as the Lambda does on its schedule. */
function measure(): void {
  const timestamp = clock.now();
  cloudWatch.record({
    namespace: 'Test',
    metricName: 'Demand',
    timestamp,
    values: [demand],
    resolutionSeconds: 1,
  });
  stopMeasuring = clock.after(20_000, measure);
}

test('workers come from zero, follow the demand up and down, and go back to zero', async () => {
  demand = 2;
  measure();
  await expect.poll(() => counts.at(-1)).toBe(2);
  demand = 9;
  await expect.poll(() => counts.at(-1)).toBe(3);
  demand = 1;
  await expect.poll(() => counts.at(-1)).toBe(1);
  demand = 0;
  await expect.poll(() => counts.at(-1)).toBe(0);
  expect(Math.max(...counts)).toBe(3);
});
