import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { type ScalingActivity, type StepScalingPolicy, stepScaling } from './step-scaling.ts';

type Question = Parameters<typeof stepScaling>[0];

const now = Date.UTC(2026, 10, 23);

function decide(policy: StepScalingPolicy, question: Partial<Question>): ReturnType<typeof stepScaling> {
  return stepScaling({
    policy,
    threshold: 50,
    datapoints: [50],
    current: 10,
    minimum: 0,
    maximum: 100,
    now,
    ...question,
  });
}

/** The policy of AWS's guide: percentages around a threshold of 50. */
const percent: StepScalingPolicy = {
  AdjustmentType: 'PercentChangeInCapacity',
  Cooldown: 0,
  StepAdjustments: [
    { MetricIntervalLowerBound: 0, MetricIntervalUpperBound: 10, ScalingAdjustment: 0 },
    { MetricIntervalLowerBound: 10, MetricIntervalUpperBound: 20, ScalingAdjustment: 10 },
    { MetricIntervalLowerBound: 20, ScalingAdjustment: 30 },
  ],
};

const percentIn: StepScalingPolicy = {
  AdjustmentType: 'PercentChangeInCapacity',
  Cooldown: 0,
  StepAdjustments: [
    { MetricIntervalLowerBound: -10, MetricIntervalUpperBound: 0, ScalingAdjustment: 0 },
    { MetricIntervalLowerBound: -20, MetricIntervalUpperBound: -10, ScalingAdjustment: -10 },
    { MetricIntervalUpperBound: -20, ScalingAdjustment: -30 },
  ],
};

describe('percentages', () => {
  test.each([
    [60, 10, 11],
    [69, 10, 11],
    [70, 10, 13],
    [59, 10, 10],
    [60, 3, 4],
    [70, 12, 15],
    [70, 0, 0],
  ])('a metric of %i takes %i workers to %i', (value, current, desired) => {
    expect(decide(percent, { datapoints: [value], current }).desired).toBe(desired);
  });

  test.each([
    [40, 10, 9],
    [41, 10, 10],
    [30, 10, 7],
    [31, 10, 9],
    [30, 22, 16],
    [40, 3, 2],
  ])('a metric of %i takes %i workers down to %i', (value, current, desired) => {
    expect(decide(percentIn, { datapoints: [value], current }).desired).toBe(desired);
  });

  test('change by the least magnitude if the percentage is less', () => {
    const policy = { ...percent, MinAdjustmentMagnitude: 2 };
    expect(decide(policy, { datapoints: [60], current: 4 }).desired).toBe(6);
    expect(
      decide({ ...percentIn, MinAdjustmentMagnitude: 2 }, { datapoints: [40], current: 4 }).desired,
    ).toBe(2);
  });
});

const exact: StepScalingPolicy = {
  AdjustmentType: 'ExactCapacity',
  Cooldown: 0,
  MetricAggregationType: 'Maximum',
  StepAdjustments: [
    { MetricIntervalLowerBound: 0, MetricIntervalUpperBound: 1, ScalingAdjustment: 1 },
    { MetricIntervalLowerBound: 1, MetricIntervalUpperBound: 2, ScalingAdjustment: 2 },
    { MetricIntervalLowerBound: 2, ScalingAdjustment: 3 },
  ],
};

test('an exact capacity leaves zero, goes down as well as up, and stays where it is', () => {
  const at = (value: number, current: number) =>
    decide(exact, { threshold: 1, datapoints: [value], current });
  expect(at(1, 0).desired).toBe(1);
  expect(at(2, 0).desired).toBe(2);
  expect(at(99, 1).desired).toBe(3);
  expect(at(2, 3).desired).toBe(2);
  expect(at(2, 2).activity).toBeUndefined();
});

test('a step below the threshold includes the threshold itself', () => {
  const stop: StepScalingPolicy = {
    AdjustmentType: 'ExactCapacity',
    Cooldown: 0,
    StepAdjustments: [{ MetricIntervalUpperBound: 0, ScalingAdjustment: 0 }],
  };
  expect(decide(stop, { threshold: 0, datapoints: [0] }).desired).toBe(0);
  expect(decide(stop, { threshold: 0, datapoints: [1] }).desired).toBe(10);
});

test('several datapoints become one as the policy says', () => {
  const desired = (MetricAggregationType?: 'Average' | 'Minimum' | 'Maximum') =>
    decide(
      { ...exact, ...(MetricAggregationType && { MetricAggregationType }) },
      {
        threshold: 1,
        datapoints: [1, 2, 3],
        current: 0,
      },
    ).desired;
  expect(desired('Minimum')).toBe(1);
  expect(desired('Average')).toBe(2);
  expect(desired('Maximum')).toBe(3);
});

test('no datapoint changes nothing', () => {
  expect(decide(exact, { datapoints: [] })).toMatchObject({ desired: 10, activity: undefined });
});

describe('cooldown', () => {
  const change = (ScalingAdjustment: number): StepScalingPolicy => ({
    AdjustmentType: 'ChangeInCapacity',
    Cooldown: 60,
    StepAdjustments: [
      ScalingAdjustment > 0
        ? { MetricIntervalLowerBound: 0, ScalingAdjustment }
        : { MetricIntervalUpperBound: 0, ScalingAdjustment },
    ],
  });
  const activity = (direction: 'out' | 'in', from: number): ScalingActivity => ({
    direction,
    from,
    cooldownEndsAt: now + 1,
  });

  test('a larger step during that of a scale-out adds only the difference', () => {
    const last = activity('out', 10);
    expect(decide(change(3), { current: 12, last }).desired).toBe(13);
    expect(decide(change(2), { current: 12, last }).activity).toBeUndefined();
    expect(decide(change(2), { current: 12, last, now: now + 1 }).desired).toBe(14);
  });

  test('a scale-in waits for the end of another scale-in, but not of a scale-out', () => {
    expect(decide(change(-1), { last: activity('in', 12) }).activity).toBeUndefined();
    expect(decide(change(-1), { last: activity('in', 12), now: now + 1 }).desired).toBe(9);
    expect(decide(change(-1), { last: activity('out', 8) }).desired).toBe(9);
  });

  test('a scale-out ends that of a scale-in', () => {
    const decision = decide(change(1), { last: activity('in', 12) });
    expect(decision).toMatchObject({ desired: 11, activity: { direction: 'out', from: 10 } });
  });

  test('lasts 300 seconds if the policy does not say', () => {
    const { Cooldown: _left, ...policy } = change(1);
    expect(decide(policy, {}).activity?.cooldownEndsAt).toBe(now + 300_000);
  });
});

const anyPolicy = fc.record({
  AdjustmentType: fc.constantFrom('ExactCapacity', 'ChangeInCapacity', 'PercentChangeInCapacity'),
  Cooldown: fc.integer({ min: 0, max: 300 }),
  MinAdjustmentMagnitude: fc.integer({ min: 0, max: 5 }),
  StepAdjustments: fc
    .tuple(fc.integer({ min: 0, max: 50 }), fc.integer({ min: 0, max: 50 }))
    .map(([a, b]) => [
      { MetricIntervalUpperBound: 0, ScalingAdjustment: -b },
      { MetricIntervalLowerBound: 0, MetricIntervalUpperBound: 10, ScalingAdjustment: a },
      { MetricIntervalLowerBound: 10, ScalingAdjustment: a + b },
    ]),
}) as fc.Arbitrary<StepScalingPolicy>;

test('a change always lands between minimum and maximum, and a decision taken twice changes nothing more in its cooldown', () => {
  fc.assert(
    fc.property(
      anyPolicy,
      fc.integer({ min: -30, max: 130 }),
      fc.integer({ min: 0, max: 20 }),
      fc.integer({ min: 0, max: 20 }),
      fc.integer({ min: 0, max: 50 }),
      (policy, value, current, minimum, span) => {
        const question = { datapoints: [value], minimum, maximum: minimum + span };
        const first = decide(policy, { ...question, current });
        if (!first.activity) {
          expect(first.desired).toBe(current);
          return;
        }
        expect(first.desired).toBeGreaterThanOrEqual(minimum);
        expect(first.desired).toBeLessThanOrEqual(minimum + span);
        fc.pre((policy.Cooldown ?? 0) > 0);
        const again = decide(policy, { ...question, current: first.desired, last: first.activity });
        expect(again.desired).toBe(first.desired);
      },
    ),
  );
});

test('no scale-out takes capacity away and no scale-in adds any', () => {
  fc.assert(
    fc.property(
      anyPolicy,
      fc.integer({ min: -30, max: 130 }),
      fc.integer({ min: 0, max: 60 }),
      (policy, value, current) => {
        fc.pre(policy.AdjustmentType !== 'ExactCapacity');
        const { desired } = decide(policy, { datapoints: [value], current, minimum: 5, maximum: 40 });
        if (value > 50) expect(desired).toBeGreaterThanOrEqual(current);
        if (value < 50) expect(desired).toBeLessThanOrEqual(current);
      },
    ),
  );
});
