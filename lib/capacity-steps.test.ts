import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { type CapacityStep, capacitySteps, stepsFrom } from './capacity-steps.ts';

/** The capacity that Application Auto Scaling sets for a demand: bounds count from the alarm's threshold. */
function capacityFor(steps: readonly CapacityStep[], demand: number, threshold = 1): number | undefined {
  const breach = demand - threshold;
  const hit = steps.filter(
    ({ lowerBound, upperBound = Number.POSITIVE_INFINITY }) => breach >= lowerBound && breach < upperBound,
  );
  return hit.length === 1 ? hit[0]?.capacity : undefined;
}

const maximums = fc.integer({ min: 1, max: 1000 });
const holds = (property: (maximum: number) => void) => fc.assert(fc.property(maximums, property));

describe('the steps of the scaling policy', () => {
  it('give up to ten workers exactly, whatever the maximum', () => {
    holds((maximum) => {
      for (let demand = 1; demand <= Math.min(10, maximum); demand += 1) {
        expect(capacityFor(capacitySteps(maximum), demand)).toBe(demand);
      }
    });
  });

  it('give every demand enough workers, more for more, and never more than the maximum', () => {
    holds((maximum) => {
      const steps = capacitySteps(maximum);
      let before = 0;
      for (let demand = 1; demand <= maximum; demand += 1) {
        const capacity = capacityFor(steps, demand) ?? Number.NaN;
        if (!(capacity >= Math.max(demand, before) && capacity <= maximum)) {
          expect.fail(`a demand of ${demand} gets ${capacity} workers of ${maximum}`);
        }
        before = capacity;
      }
      expect(before).toBe(maximum);
    });
  });

  it('are at most the twenty that a policy may have', () => {
    holds((maximum) => {
      expect(capacitySteps(maximum).length).toBeLessThanOrEqual(20);
    });
  });

  it('waste at most a quarter and the rounding up to ninety workers', () => {
    fc.assert(
      fc.property(fc.integer({ min: 1, max: 90 }), (demand) => {
        expect(capacityFor(capacitySteps(90), demand)).toBeLessThanOrEqual(Math.ceil(demand * 1.25));
      }),
    );
  });

  it('lead to the same capacities from a higher threshold, and to nothing below it', () => {
    fc.assert(
      fc.property(maximums, fc.integer({ min: 1, max: 1000 }), (maximum, one) => {
        const threshold = Math.min(one, maximum);
        const steps = capacitySteps(maximum);
        const higher = stepsFrom(steps, threshold);
        expect(higher[0]?.lowerBound).toBe(0);
        for (let demand = threshold; demand <= maximum + 1; demand += 1) {
          const [ours, theirs] = [capacityFor(higher, demand, threshold), capacityFor(steps, demand)];
          if (ours !== theirs) expect.fail(`a demand of ${demand} gets ${ours} workers from ${threshold} on`);
        }
        expect(capacityFor(higher, threshold - 1, threshold)).toBeUndefined();
      }),
    );
  });

  it('keep the last step open, for a demand above the maximum', () => {
    holds((maximum) => {
      expect(capacityFor(capacitySteps(maximum), maximum * 10)).toBe(maximum);
    });
  });
});
