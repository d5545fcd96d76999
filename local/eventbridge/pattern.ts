import { AwsError } from '../json-protocol.ts';
import { isOperator, type Leaf, leafMatcher } from './pattern-operators.ts';

/** Whether an event fits a pattern. */
export type EventMatcher = (event: object) => boolean;

type Matcher = (value: unknown) => boolean;
type Fields = Record<string, unknown>;

/**
 * Reads an EventBridge event pattern: fields are and, lists are or, `$or` takes patterns. A list in the event fits if
 * one of its items does. Throws AwsError InvalidEventPatternException that names the place.
 */
export function compilePattern(pattern: unknown): EventMatcher {
  if (!isObject(pattern)) throw invalid('', 'an event pattern is a JSON object');
  return compileFields(pattern, '');
}

function compileFields(pattern: Fields, path: string): Matcher {
  const parts = Object.entries(pattern).map(([name, inner]) => compileField(name, inner, path));
  if (parts.length === 0) throw invalid(path, 'an empty pattern is not allowed');
  return (value) => isObject(value) && parts.every((part) => part(value));
}

function compileField(name: string, inner: unknown, path: string): (fields: Fields) => boolean {
  const place = path === '' ? name : `${path}.${name}`;
  if (name === '$or') {
    if (!Array.isArray(inner) || inner.length < 2 || !inner.every(isObject)) {
      throw invalid(place, '$or takes a list of at least two patterns');
    }
    const choices = inner.map((choice, index) => compileFields(choice, `${place}[${index}]`));
    return (fields) => choices.some((choice) => choice(fields));
  }
  if (Array.isArray(inner)) {
    const matches = compileLeaf(inner, place);
    return (fields) => matches(Object.hasOwn(fields, name) ? fields[name] : undefined);
  }
  if (!isObject(inner)) throw invalid(place, 'values stand in a list, such as ["aws.guardduty"]');
  const matches = compileFields(inner, place);
  // A missing object is searched like an empty one: {"exists": false} further down then fits.
  return (fields) => {
    const value = Object.hasOwn(fields, name) ? fields[name] : {};
    return Array.isArray(value) ? value.some(matches) : matches(isObject(value) ? value : {});
  };
}

function compileLeaf(choices: unknown[], place: string): Matcher {
  if (choices.length === 0) throw invalid(place, 'an empty list fits nothing');
  const leaves: Leaf[] = choices.map((choice) => {
    if (isObject(choice) && !isOperator(choice)) {
      throw invalid(place, `${JSON.stringify(choice)} is no comparison that EventBridge knows`);
    }
    return leafMatcher(choice, (reason) => invalid(place, reason));
  });
  return (value) => {
    const candidates = (Array.isArray(value) ? value.flat(Number.POSITIVE_INFINITY) : [value]).filter(isLeaf);
    return leaves.some((leaf) =>
      leaf.absent ? candidates.length === 0 : candidates.some((candidate) => leaf.matches(candidate)),
    );
  };
}

/** Comparisons see leaves only: a field that holds an object does not exist for them. */
function isLeaf(value: unknown): boolean {
  return value !== undefined && !isObject(value);
}

function isObject(value: unknown): value is Fields {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

function invalid(place: string, reason: string): AwsError {
  return new AwsError(
    'InvalidEventPatternException',
    `Event pattern is not valid${place === '' ? '' : ` at ${place}`}: ${reason}`,
  );
}
