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

/**
 * Throws an Error if these steps cannot do what a policy is for: leave zero, cover every demand without a gap or an
 * overlap, end at the maximum, and be no more than AWS takes.
 */
export function checkSteps(steps: readonly CapacityStep[], maximum: number): void {
  const [first] = steps;
  const last = steps.at(-1);
  const problems: string[] = [];
  if (!first || first.lowerBound > 0 || first.capacity < 1) {
    problems.push(
      'a demand of 1 must get a worker, or nothing leaves zero: begin with { lowerBound: 0, capacity: 1 }',
    );
  }
  if (steps.length > stepsAtMost) {
    problems.push(`there are ${steps.length}, more than the ${stepsAtMost} of one policy: make them wider`);
  }
  const gap = steps.findIndex(
    ({ lowerBound }, index) => index > 0 && steps[index - 1]?.upperBound !== lowerBound,
  );
  if (gap > 0) problems.push(`step ${gap + 1} must begin where step ${gap} ends`);
  if (last?.upperBound !== undefined) problems.push('the last one must have no upper bound');
  if (last && last.capacity !== maximum)
    problems.push(`the last one must lead to the maximum of ${maximum} workers`);
  if (problems.length > 0)
    throw new Error(`The steps of the scaling policy cannot work: ${problems.join('; ')}`);
}

/** The steps of an alarm at a higher threshold: to the same capacities, from its own demand on. */
export function stepsFrom(steps: readonly CapacityStep[], threshold: number): CapacityStep[] {
  const shift = threshold - 1;
  return steps
    .filter(({ upperBound = Number.POSITIVE_INFINITY }) => upperBound > shift)
    .map(({ lowerBound, upperBound, capacity }) => ({
      lowerBound: Math.max(0, lowerBound - shift),
      ...(upperBound === undefined ? {} : { upperBound: upperBound - shift }),
      capacity,
    }));
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
