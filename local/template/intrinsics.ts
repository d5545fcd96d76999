import { getAttParts } from './references.ts';
import { TemplateError } from './template.ts';

/** What `AWS::NoValue` resolves to; the property that holds it is left out. */
export const noValue = Symbol('AWS::NoValue');

/** What an intrinsic function may ask. */
export interface IntrinsicScope {
  resolve(value: unknown): unknown;
  condition(name: string): boolean;
  ref(name: string): unknown;
  attribute(logicalId: string, attribute: string): unknown;
  mappings: Record<string, Record<string, Record<string, unknown>>>;
  region: string;
}

type Intrinsic = (argument: unknown, scope: IntrinsicScope) => unknown;

/** The function behind a key such as `Fn::Join`. Throws TemplateError if it has no meaning here. */
export function intrinsics(key: string): Intrinsic {
  const found = functions[key];
  if (found) return found;
  throw new TemplateError(
    `${key} is not understood by the local cloud: teach it in local/template/intrinsics.ts`,
  );
}

const functions: Record<string, Intrinsic> = {
  Ref: (name, scope) => scope.ref(String(name)),
  Condition: (name, scope) => scope.condition(String(name)),
  'Fn::GetAtt': (argument, scope) => {
    const { logicalId, attribute } = getAttParts(argument);
    return scope.attribute(logicalId, String(scope.resolve(attribute)));
  },
  'Fn::Join': (argument, scope) => {
    const [separator, items] = list('Fn::Join', argument, 2);
    return list('Fn::Join', scope.resolve(items)).map(text).join(String(separator));
  },
  'Fn::Sub': (argument, scope) => {
    const [template, variables] = Array.isArray(argument) ? argument : [argument, {}];
    return String(template).replace(/\$\{(!?)([^}]+)\}/g, (_all, literal: string, inner: string) => {
      if (literal) return `\${${inner}}`;
      const name = inner.trim();
      const given = variables as Record<string, unknown>;
      if (Object.hasOwn(given, name)) return text(scope.resolve(given[name]));
      if (!name.includes('.')) return text(scope.ref(name));
      const { logicalId, attribute } = getAttParts(name);
      return text(scope.attribute(logicalId, attribute));
    });
  },
  'Fn::Select': (argument, scope) => {
    const [index, items] = list('Fn::Select', argument, 2);
    const position = Number(scope.resolve(index));
    const all = list('Fn::Select', scope.resolve(items));
    if (!(position in all)) {
      throw new TemplateError(`Fn::Select asks for item ${position} of a list of ${all.length}`);
    }
    return all[position];
  },
  'Fn::Split': (argument, scope) => {
    const [separator, whole] = list('Fn::Split', argument, 2);
    return text(scope.resolve(whole)).split(String(separator));
  },
  'Fn::If': (argument, scope) => {
    const [name, yes, no] = list('Fn::If', argument, 3);
    return scope.resolve(scope.condition(String(name)) ? yes : no);
  },
  'Fn::Equals': (argument, scope) => {
    const [one, other] = list('Fn::Equals', argument, 2).map(scope.resolve);
    return text(one) === text(other);
  },
  'Fn::And': (argument, scope) => list('Fn::And', argument).every((one) => scope.resolve(one) === true),
  'Fn::Or': (argument, scope) => list('Fn::Or', argument).some((one) => scope.resolve(one) === true),
  'Fn::Not': (argument, scope) => scope.resolve(list('Fn::Not', argument, 1)[0]) !== true,
  'Fn::FindInMap': (argument, scope) => {
    const [map = '', first = '', second = ''] = list('Fn::FindInMap', argument)
      .slice(0, 3)
      .map((one) => text(scope.resolve(one)));
    const value = scope.mappings[map]?.[first]?.[second];
    if (value === undefined) throw new TemplateError(`The mapping ${map} has no ${first}.${second}`);
    return scope.resolve(value);
  },
  'Fn::GetAZs': (region, scope) => {
    const name = text(scope.resolve(region)) || scope.region;
    return ['a', 'b', 'c'].map((zone) => `${name}${zone}`);
  },
  'Fn::Base64': (argument, scope) => Buffer.from(text(scope.resolve(argument))).toString('base64'),
  'Fn::ImportValue': (argument) => {
    throw new TemplateError(
      `Fn::ImportValue ${JSON.stringify(argument)} asks for another stack, and the local cloud has only this one`,
    );
  },
};

function list(name: string, value: unknown, length?: number): unknown[] {
  if (Array.isArray(value) && (length === undefined || value.length === length)) return value;
  throw new TemplateError(
    `${name} takes a list${length === undefined ? '' : ` of ${length}`}, got ${JSON.stringify(value)}`,
  );
}

function text(value: unknown): string {
  if (typeof value === 'string') return value;
  if (typeof value === 'number' || typeof value === 'boolean') return String(value);
  if (value === noValue || value === undefined || value === null) return '';
  throw new TemplateError(`A text was expected, got ${JSON.stringify(value)}`);
}
