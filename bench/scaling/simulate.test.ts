import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { plainHabits } from './plain-habits.ts';
import { protectedHabits } from './protected-habits.ts';
import { createRandom } from './random.ts';
import { fixedPool } from './scalers/fixed-pool.ts';
import { keda } from './scalers/keda.ts';
import { type Scaler, simulate } from './simulate.ts';
import { startsAtOnce, testTrace } from './test-trace.ts';

describe('a fixed pool', () => {
  test.each([
    { workers: 1, concurrency: 1 },
    { workers: 1, concurrency: 3 },
    { workers: 3, concurrency: 2 },
  ])('of $workers workers with $concurrency slots is a queue M/D/c', ({ workers, concurrency }) => {
    const slots = workers * concurrency;
    const lengthMs = 4000;
    const trace = testTrace({
      ...{ perSecond: (0.8 * slots * 1000) / lengthMs, lengthMs },
      task: { name: 'test', concurrency, expectedSeconds: 4, startWithinSeconds: 60 },
    });
    const { queueSeconds } = simulate(trace, fixedPool(workers), {
      seed: '1',
      assumptions: startsAtOnce,
    }).scores;
    // First in, first out with attempts of one length: a message starts when the one `slots` before it ends.
    const starts: number[] = [];
    const waits = [...trace.arrivals].map((at, index) => {
      const start = Math.max(at, (starts[index - slots] ?? Number.NEGATIVE_INFINITY) + lengthMs);
      starts.push(start);
      return (start - at) / 1000;
    });
    const sorted = waits.toSorted((one, other) => one - other);
    expect(queueSeconds.mean).toBeCloseTo(waits.reduce((sum, wait) => sum + wait, 0) / waits.length, 6);
    expect(queueSeconds.p95).toBeCloseTo(sorted[Math.ceil(0.95 * sorted.length) - 1] ?? -1, 6);
  });

  test('waits on average what Pollaczek and Khinchine say for one server', () => {
    const trace = testTrace({ perSecond: 0.125, task: { ...testTrace().task, concurrency: 1 } });
    const random = createRandom('M/D/1');
    let at = 1000;
    const arrivals = Float64Array.from({ length: 50_000 }, () => {
      at += random.exponential(8000);
      return at;
    });
    const long = { ...trace, arrivals, lengths: arrivals.map(() => 4000), endMs: at + 3_600_000 };
    const { mean } = simulate(long, fixedPool(1), { seed: '1', assumptions: startsAtOnce }).scores
      .queueSeconds;
    // Load 0.5: 0.5 × 4 s / (2 × (1 − 0.5)) = 2 s.
    expect(mean).toBeGreaterThan(1.85);
    expect(mean).toBeLessThan(2.15);
  });
});

/** Sets another desired count every so often. */
function restless(counts: readonly number[], habits: Scaler['habits'] = () => plainHabits): Scaler {
  return {
    name: 'restless',
    assumed: '',
    habits,
    start: ({ clock, fleet }) => {
      for (const [index, count] of counts.entries()) {
        clock.schedule(index * 180_000, () => fleet.setDesired(count));
      }
    },
  };
}

const guarded: Scaler['habits'] = (world) => protectedHabits(world);

describe('whatever the scaler does', () => {
  const counts = fc.array(fc.nat({ max: 6 }), { minLength: 1, maxLength: 20 });

  test('every message is handled, waits or is in flight', () => {
    fc.assert(
      fc.property(counts, fc.boolean(), fc.integer({ min: 1, max: 600 }), (desired, protects, seconds) => {
        const trace = testTrace({
          ...{ perSecond: 0.05, lengthMs: seconds * 1000 },
          ...{ deploymentsMs: [600_000, 1_200_000], spotLossesPerWorkerHour: 1 },
        });
        const scaler = restless(desired, protects ? guarded : undefined);
        const { scores, left } = simulate(trace, scaler, { seed: '1' });
        expect(left.waiting + left.inFlight).toBe(scores.neverHandled);
        expect(left.waiting).toBeGreaterThanOrEqual(0);
        expect(left.inFlight).toBeGreaterThanOrEqual(0);
      }),
      { numRuns: 40 },
    );
  });

  test('attempts of protected workers are not broken off while no more are protected than desired', () => {
    const trace = testTrace({
      ...{ perSecond: 0.05, lengthMs: 900_000, deploymentsMs: [1_000_000, 2_000_000] },
    });
    const scaler = restless([6, 7, 8, 9, 9, 9, 10, 12], guarded);
    const { killed } = simulate(trace, scaler, { seed: '1' }).scores;
    expect(killed).toEqual({ scaling: 0, deployment: 0, spot: 0 });
  });

  test('attempts of unprotected ones that outlast the grace are, and then are repeated', () => {
    const trace = testTrace({ perSecond: 0.03, lengthMs: 120_000, deploymentsMs: [1_800_000] });
    const { killed, neverHandled } = simulate(trace, restless([4]), { seed: '1' }).scores;
    expect(killed.deployment).toBeGreaterThan(0);
    expect(neverHandled).toBe(0);
  });

  test('the worker-minutes of a steady pool are its size times the time', () => {
    const trace = testTrace();
    expect(simulate(trace, fixedPool(3), { seed: '1' }).scores.workerMinutes).toBeCloseTo(3 * 120, 6);
  });
});

test('the same seed gives the same outcome, another seed another', () => {
  const scaler = keda('KEDA', { queueLength: 5, pollSeconds: 30, cooldownSeconds: 300, maximum: 10 });
  const play = (seed: string) => simulate(testTrace({ spotLossesPerWorkerHour: 1 }), scaler, { seed });
  expect(play('1')).toEqual(play('1'));
  expect(play('1').scores).not.toEqual(play('2').scores);
});
