/** One value a period, oldest first; undefined where there is no data. */
export type Series = readonly (number | undefined)[];

/**
 * Evaluates a CloudWatch metric math expression of the kinds that the stack uses: numbers, metrics by id, arithmetic,
 * comparisons, AND, OR, IF, FILL, DIFF. Where one side has no data there is no result. Throws on anything else.
 * https://docs.aws.amazon.com/AmazonCloudWatch/latest/monitoring/using-metric-math.html
 */
export function metricMath(expression: string, metrics: Readonly<Record<string, Series>>): Series {
  const length = Math.max(...Object.values(metrics).map((series) => series.length));
  const tokens = expression.match(/\d+(\.\d+)?|[A-Za-z]\w*|[<>=!]=|[-+*/<>(),]/g) ?? [];
  if (tokens.join('') !== expression.replaceAll(' ', '')) throw new Error(`Cannot read ${expression}`);
  let at = 0;
  const next = () => tokens[at++] ?? '';
  const expect = (token: string) => {
    const found = next();
    if (found !== token) throw new Error(`Expected ${token}, not ${JSON.stringify(found)}, in ${expression}`);
  };

  const binary = (level: number): Series => {
    const operators = levels[level];
    if (!operators) return primary();
    let left = binary(level + 1);
    for (let apply = operators[tokens[at] ?? '']; apply; apply = operators[tokens[at] ?? '']) {
      at += 1;
      const right = binary(level + 1);
      const operate = apply;
      left = left.map((one, index) => {
        const other = right[index];
        return one === undefined || other === undefined ? undefined : Number(operate(one, other));
      });
    }
    return left;
  };

  const primary = (): Series => {
    const token = next();
    if (token === '(') {
      const inner = binary(0);
      expect(')');
      return inner;
    }
    if (/^\d/.test(token)) return Array.from({ length }, () => Number(token));
    const metric = metrics[token];
    if (metric) return metric;
    const call = functions[token];
    if (!call)
      throw new Error(`${JSON.stringify(token)} is neither a metric nor a known function in ${expression}`);
    expect('(');
    const parameters = [binary(0)];
    while (tokens[at] === ',') {
      at += 1;
      parameters.push(binary(0));
    }
    expect(')');
    return call(parameters);
  };

  const result = binary(0);
  if (at < tokens.length) throw new Error(`${tokens.slice(at).join(' ')} is left over in ${expression}`);
  return result;
}

type Operators = Record<string, (one: number, other: number) => number | boolean>;
/** Loosest first. */
const levels: Operators[] = [
  { OR: (one, other) => one !== 0 || other !== 0 },
  { AND: (one, other) => one !== 0 && other !== 0 },
  {
    '>': (one, other) => one > other,
    '<': (one, other) => one < other,
    '>=': (one, other) => one >= other,
    '<=': (one, other) => one <= other,
    '==': (one, other) => one === other,
    '!=': (one, other) => one !== other,
  },
  { '+': (one, other) => one + other, '-': (one, other) => one - other },
  { '*': (one, other) => one * other, '/': (one, other) => one / other },
];

const functions: Record<string, (parameters: Series[]) => Series> = {
  IF: ([condition = [], then = [], otherwise = []]) =>
    condition.map((one, index) =>
      one === undefined ? undefined : one !== 0 ? then[index] : otherwise[index],
    ),
  FILL: ([series = [], filling = []]) => series.map((one, index) => one ?? filling[index]),
  DIFF: ([series = []]) => {
    let before: number | undefined;
    return series.map((one) => {
      const difference = one === undefined || before === undefined ? undefined : one - before;
      before = one ?? before;
      return difference;
    });
  },
};
