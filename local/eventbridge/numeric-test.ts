/** Whether a number lies where the pattern says. */
export type NumericTest = (value: number) => boolean;

const comparisons: Record<string, (value: number, bound: number) => boolean> = {
  '<': (value, bound) => value < bound,
  '<=': (value, bound) => value <= bound,
  '=': (value, bound) => value === bound,
  '>=': (value, bound) => value >= bound,
  '>': (value, bound) => value > bound,
};

/** Reads `["=", 5]` or `[">", 0, "<=", 10]`; bounds lie between -5e9 and 5e9 as in EventBridge. */
export function numericTest(argument: unknown, refuse: (reason: string) => Error): NumericTest {
  const parts = Array.isArray(argument) ? argument : [];
  const tests: NumericTest[] = [];
  for (let index = 0; index < parts.length; index += 2) {
    const compare = comparisons[String(parts[index])];
    const bound: unknown = parts[index + 1];
    if (!compare || typeof bound !== 'number' || Math.abs(bound) > 5e9) {
      throw refuse(`numeric takes a list such as [">", 0, "<=", 10], got ${JSON.stringify(argument)}`);
    }
    tests.push((value) => compare(value, bound));
  }
  if (tests.length < 1 || tests.length > 2) throw refuse('numeric takes one or two comparisons');
  return (value) => tests.every((test) => test(value));
}
