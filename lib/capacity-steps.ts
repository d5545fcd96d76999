/** Application Auto Scaling's limit on the steps of one policy. */
const stepsAtMost = 20;
/** Up to here every demand gets exactly its number of workers. */
const exactUpTo = 10;
/** Beyond, each step has this many times the workers of the one before. */
const growth = 1.25;

/** A step of an ExactCapacity policy whose alarm has the threshold 1: bounds count from there. */
export interface CapacityStep {
  lowerBound: number;
  /** Left out for the last step, which has no end. */
  upperBound?: number;
  capacity: number;
}

/**
 * Steps that give each demand of 1 to `maximum` at least as many workers, exactly as many up to ten and at most a
 * quarter more beyond; if twenty steps do not reach the maximum so, the further steps are as wide as they must be.
 */
export function capacitySteps(maximum: number): CapacityStep[] {
  const capacities = capacitiesUpTo(maximum);
  return capacities.map((capacity, index) => {
    const before = capacities[index - 1] ?? 0;
    return index === capacities.length - 1
      ? { lowerBound: before, capacity }
      : { lowerBound: before, upperBound: capacity, capacity };
  });
}

function capacitiesUpTo(maximum: number): number[] {
  const exact = Array.from({ length: Math.min(maximum, exactUpTo) }, (_, index) => index + 1);
  const left = stepsAtMost - exactUpTo;
  const factor = Math.max(growth, (maximum / exactUpTo) ** (1 / left));
  const grown: number[] = [];
  for (let step = 1; step <= left && (grown.at(-1) ?? exactUpTo) < maximum; step += 1) {
    const capacity = step === left ? maximum : Math.ceil(exactUpTo * factor ** step - 1e-9);
    grown.push(Math.min(maximum, capacity));
  }
  return [...exact, ...grown];
}
