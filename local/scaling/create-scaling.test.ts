import { expect, test } from 'vitest';
import { createScaling, type Scaling, type ScalingEvent } from './create-scaling.ts';
import type { StepScalingPolicy } from './step-scaling.ts';

const resourceId = 'service/cluster/workers';

function scaledService(configuration: StepScalingPolicy, { maximum = 10 } = {}) {
  const service = { capacity: 0, now: 0, events: [] as ScalingEvent[] };
  const scaling: Scaling = createScaling({
    clock: { now: () => service.now },
    onEvent: (event) => service.events.push(event),
  });
  scaling.putTarget({
    resourceId,
    minimum: 0,
    maximum,
    capacity: () => service.capacity,
    setCapacity: async (desired) => {
      service.capacity = desired;
    },
  });
  scaling.putPolicy({ arn: 'arn:policy', resourceId, configuration });
  const alarm = (value: number) => scaling.invoke('arn:policy', { threshold: 1, datapoints: [value] });
  return { service, scaling, alarm };
}

test('an alarm sets the capacity, and an alarm that says the same again does nothing', async () => {
  const { service, alarm } = scaledService({
    AdjustmentType: 'ExactCapacity',
    StepAdjustments: [{ MetricIntervalLowerBound: 0, ScalingAdjustment: 4 }],
  });
  await alarm(1);
  await alarm(1);
  expect(service.capacity).toBe(4);
  expect(service.events).toMatchObject([{ resourceId, from: 0, to: 4 }]);
});

test('the capacity never leaves the limits of the target', async () => {
  const steps = [{ MetricIntervalLowerBound: 0, ScalingAdjustment: 40 }];
  const { service, alarm } = scaledService({ AdjustmentType: 'ExactCapacity', StepAdjustments: steps });
  await alarm(1);
  expect(service.capacity).toBe(10);
});

test('the cooldown of one alarm is remembered at the next', async () => {
  const { service, alarm } = scaledService({
    AdjustmentType: 'ChangeInCapacity',
    Cooldown: 60,
    StepAdjustments: [
      { MetricIntervalLowerBound: 0, MetricIntervalUpperBound: 5, ScalingAdjustment: 2 },
      { MetricIntervalLowerBound: 5, ScalingAdjustment: 3 },
    ],
  });
  await alarm(1);
  await alarm(1);
  expect(service.capacity).toBe(2);
  await alarm(9);
  expect(service.capacity).toBe(3);
  service.now = 60_000;
  await alarm(1);
  expect(service.capacity).toBe(5);
});

test('what is not there is named', async () => {
  const { scaling } = scaledService({ AdjustmentType: 'ExactCapacity', StepAdjustments: [] });
  expect(scaling.has('arn:policy')).toBe(true);
  expect(scaling.has('arn:topic')).toBe(false);
  await expect(scaling.invoke('arn:topic', { threshold: 0, datapoints: [1] })).rejects.toThrow('arn:topic');
  const configuration: StepScalingPolicy = { AdjustmentType: 'ExactCapacity', StepAdjustments: [] };
  expect(() => scaling.putPolicy({ arn: 'a', resourceId: 'service/x/y', configuration })).toThrow(
    'service/x/y is no scalable target',
  );
});
