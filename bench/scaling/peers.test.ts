import { describe, expect, test } from 'vitest';
import { plainHabits } from './plain-habits.ts';
import { acceptableBacklog, backlogPerTask } from './scalers/copilot.ts';
import { recommended, synced } from './scalers/keda.ts';
import { watchbotStep } from './scalers/watchbot.ts';
import { simulate } from './simulate.ts';
import { queueProcessingTemplate } from './synthesize-templates.ts';
import { startTargetTracking } from './target-tracking.ts';
import { testTrace } from './test-trace.ts';

describe('KEDA, by hand', () => {
  test.each([
    { messages: 23, current: 1, replicas: 5 },
    { messages: 0, current: 4, replicas: 0 },
    { messages: 21, current: 4, replicas: 4 },
    { messages: 23, current: 4, replicas: 5 },
    { messages: 18, current: 4, replicas: 4 },
  ])('recommends $replicas for $messages messages and $current replicas', ({ replicas, ...question }) => {
    expect(recommended({ ...question, queueLength: 5 })).toBe(replicas);
  });

  test.each([
    { current: 1, recommendations: [100], replicas: 5 },
    { current: 5, recommendations: [100], replicas: 10 },
    { current: 10, recommendations: [100], replicas: 20 },
    { current: 40, recommendations: [100], replicas: 50 },
    { current: 20, recommendations: [12, 3], replicas: 12 },
    { current: 20, recommendations: [30, 3], replicas: 20 },
    { current: 20, recommendations: [0], replicas: 1 },
  ])('goes from $current to $replicas after $recommendations', ({ replicas, ...question }) => {
    expect(synced({ ...question, maximum: 50 })).toBe(replicas);
  });
});

test('Copilot accepts what a worker starts in time, and divides by at least one worker', () => {
  const task = { name: 'test', concurrency: 4, expectedSeconds: 30, startWithinSeconds: 60 };
  expect(acceptableBacklog(task)).toBe(8);
  expect(backlogPerTask({ waiting: 9, running: 0 })).toBe(9);
  expect(backlogPerTask({ waiting: 9, running: 4 })).toBe(3);
});

test('ecs-watchbot adds a tenth of its maximum, at least one and at most a hundred', () => {
  expect([3, 50, 5000].map(watchbotStep)).toEqual([1, 5, 100]);
});

test('CDK’s pattern synthesizes to the steps and limits that are documented', () => {
  const { minimum, maximum, alarms, steps, tracking } = queueProcessingTemplate();
  expect([minimum, maximum]).toEqual([1, 2]);
  expect(alarms.map(({ Threshold, Period }) => [Threshold, Period])).toEqual([
    [0, 300],
    [100, 300],
  ]);
  expect([...steps.values()].map(({ StepAdjustments }) => StepAdjustments)).toEqual([
    [{ MetricIntervalUpperBound: 0, ScalingAdjustment: -1 }],
    [
      { MetricIntervalLowerBound: 0, MetricIntervalUpperBound: 400, ScalingAdjustment: 1 },
      { MetricIntervalLowerBound: 400, ScalingAdjustment: 5 },
    ],
  ]);
  expect(tracking).toMatchObject([{ target: 50 }]);
});

describe('target tracking', () => {
  /** Desired counts over time while the metric has one value a minute. */
  function follow(values: readonly number[], start: number): number[] {
    const desired: number[] = [];
    const scaler = {
      ...{ name: 'tracking', assumed: '', habits: () => plainHabits },
      start: (world: Parameters<typeof startTargetTracking>[0]) => {
        world.fleet.setDesired(start);
        startTargetTracking(world, {
          ...{ metricName: 'Load', target: 10, minimum: 0, maximum: 20 },
          ...{ scaleOutCooldownSeconds: 60, scaleInCooldownSeconds: 120 },
        });
        for (const [minute, value] of values.entries()) {
          world.clock.schedule(minute * 60_000 + 30_000, () => {
            desired.push(world.fleet.desired);
            const datum = { namespace: 'Bench', metricName: 'Load', values: [value] };
            world.store.put({ ...datum, timestamp: world.clock.now(), resolutionSeconds: 1 });
          });
        }
      },
    };
    simulate(testTrace({ arrivals: new Float64Array(), lengths: new Float64Array() }), scaler, { seed: '1' });
    return desired;
  }

  test('goes out in proportion after three minutes above the target', () => {
    expect(follow([25, 25, 25, 10, 10], 2)).toEqual([2, 2, 2, 5, 5]);
  });

  test('goes in after fifteen minutes below nine tenths of it', () => {
    const desired = follow(Array(17).fill(5), 8);
    expect(desired.slice(0, 15)).toEqual(Array(15).fill(8));
    expect(desired[15]).toBe(4);
  });

  test('never leaves zero', () => {
    expect(follow(Array(6).fill(1000), 0).at(-1)).toBe(0);
  });
});
