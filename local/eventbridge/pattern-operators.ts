import { BlockList, isIP } from 'node:net';
import { type NumericTest, numericTest } from './numeric-test.ts';
import { wildcardTest } from './wildcard-test.ts';

/** One of the choices of a field. */
export interface Leaf {
  /** Fits where the field is not there at all; `matches` is then not asked. */
  absent?: boolean;
  matches(value: unknown): boolean;
}

type Refuse = (reason: string) => Error;
type Test = (value: unknown) => boolean;

/** Whether an object in a field's list is a comparison. */
export function isOperator(choice: object): boolean {
  const keys = Object.keys(choice);
  return keys.length === 1 && Object.hasOwn(operators, keys[0] ?? '');
}

/** Compiles a value or a comparison such as `{"prefix": "eu-"}`. */
export function leafMatcher(choice: unknown, refuse: Refuse): Leaf {
  if (typeof choice !== 'object' || choice === null) return { matches: (value) => value === choice };
  const [[name, argument] = ['', undefined]] = Object.entries(choice);
  if (name === 'exists' && argument === false) return { absent: true, matches: () => false };
  return { matches: operators[name]?.(argument, refuse) ?? (() => false) };
}

const operators: Record<string, (argument: unknown, refuse: Refuse) => Test> = {
  prefix: (argument, refuse) => edge('prefix', argument, refuse),
  suffix: (argument, refuse) => edge('suffix', argument, refuse),
  'equals-ignore-case': (argument, refuse) => {
    const wanted = text('equals-ignore-case', argument, refuse).toLowerCase();
    return (value) => typeof value === 'string' && value.toLowerCase() === wanted;
  },
  wildcard: (argument, refuse) => onText(wildcardTest(text('wildcard', argument, refuse), refuse)),
  exists: (argument, refuse) => {
    if (argument !== true) throw refuse('exists takes true or false');
    return () => true;
  },
  numeric: (argument, refuse) => {
    const test: NumericTest = numericTest(argument, refuse);
    return (value) => typeof value === 'number' && test(value);
  },
  cidr: (argument, refuse) => {
    const [address = '', bits] = text('cidr', argument, refuse).split('/');
    const family = isIP(address);
    const length = Number(bits);
    if (family === 0 || !(Number.isInteger(length) && length >= 0 && length <= (family === 4 ? 32 : 128))) {
      throw refuse(`cidr takes a block such as 10.0.0.0/24, got ${JSON.stringify(argument)}`);
    }
    const block = new BlockList();
    const kind = family === 4 ? 'ipv4' : 'ipv6';
    block.addSubnet(address, length, kind);
    return onText((value) => isIP(value) === family && block.check(value, kind));
  },
  'anything-but': (argument, refuse) => {
    const inner = isComparison(argument)
      ? anythingBut(argument, refuse)
      : [argument].flat().map((one) => {
          if (typeof one === 'string' || typeof one === 'number') return (value: unknown) => value === one;
          throw refuse('anything-but takes texts, numbers or one comparison of texts');
        });
    return (value) => !inner.some((test) => test(value));
  },
};

function anythingBut(argument: object, refuse: Refuse): Test[] {
  const [[name, wanted] = ['', undefined]] = Object.entries(argument);
  const operator = ['prefix', 'suffix', 'equals-ignore-case', 'wildcard'].includes(name)
    ? operators[name]
    : undefined;
  if (!operator) throw refuse(`anything-but does not take ${JSON.stringify(name)}`);
  return [wanted].flat().map((one) => operator(one, refuse));
}

function isComparison(value: unknown): value is object {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

function edge(name: 'prefix' | 'suffix', argument: unknown, refuse: Refuse): Test {
  const ignoresCase = isComparison(argument);
  const given = ignoresCase
    ? (argument as { 'equals-ignore-case'?: unknown })['equals-ignore-case']
    : argument;
  const wanted = text(name, given, refuse);
  const compare = (value: string, edgeText: string) =>
    name === 'prefix' ? value.startsWith(edgeText) : value.endsWith(edgeText);
  return onText((value) =>
    ignoresCase ? compare(value.toLowerCase(), wanted.toLowerCase()) : compare(value, wanted),
  );
}

function onText(test: (value: string) => boolean): Test {
  return (value) => typeof value === 'string' && test(value);
}

function text(name: string, argument: unknown, refuse: Refuse): string {
  if (typeof argument === 'string') return argument;
  throw refuse(`${name} takes a text, got ${JSON.stringify(argument)}`);
}
