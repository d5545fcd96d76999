import { isSame, type JsonSchemaObject } from './json-schema.ts';

/** What two schemas say of one keyword, or of several that mean one thing. */
export interface KeywordNarrowing {
  wide: unknown;
  narrow: unknown;
}

/** Where the narrow schema's constants, bounds and lengths accept less than the wide one's. */
export function valueNarrowings(wide: JsonSchemaObject, narrow: JsonSchemaObject): KeywordNarrowing[] {
  const value = constantOf(wide);
  const allowed = 'const' in narrow ? [narrow.const] : narrow.enum;
  if (allowed && !(value && allowed.some((one) => isSame(one, value.is)))) {
    return [{ wide: value ? { const: value.is } : part(wide, ['type']), narrow: { enum: allowed } }];
  }
  return value ? constantNarrowings(value.is, narrow) : rangeNarrowings(wide, narrow);
}

function constantOf(schema: JsonSchemaObject): { is: unknown } | undefined {
  if ('const' in schema) return { is: schema.const };
  return schema.enum?.length === 1 ? { is: schema.enum[0] } : undefined;
}

function constantNarrowings(value: unknown, narrow: JsonSchemaObject): KeywordNarrowing[] {
  const exact: JsonSchemaObject = {};
  if (typeof value === 'string') {
    Object.assign(exact, { minLength: value.length, maxLength: value.length });
  }
  if (typeof value === 'number') Object.assign(exact, { minimum: value, maximum: value, multipleOf: value });
  const isOff =
    typeof value === 'string' && narrow.pattern !== undefined && !new RegExp(narrow.pattern, 'u').test(value);
  return [
    ...rangeNarrowings(exact, narrow).map(({ narrow: said }) => ({ wide: { const: value }, narrow: said })),
    ...(isOff ? [{ wide: { const: value }, narrow: { pattern: narrow.pattern } }] : []),
  ];
}

function rangeNarrowings(wide: JsonSchemaObject, narrow: JsonSchemaObject): KeywordNarrowing[] {
  const differ = (keywords: string[]) => ({ wide: part(wide, keywords), narrow: part(narrow, keywords) });
  const problems: KeywordNarrowing[] = [];
  if (isAbove(lowest(narrow), lowest(wide))) problems.push(differ(['minimum', 'exclusiveMinimum']));
  if (isAbove(highest(narrow), highest(wide))) problems.push(differ(['maximum', 'exclusiveMaximum']));
  if (!dividesAll(narrow.multipleOf, stepOf(wide))) problems.push(differ(['multipleOf', 'type']));
  for (const [least, most] of [
    ['minLength', 'maxLength'],
    ['minItems', 'maxItems'],
  ] as const) {
    if ((narrow[least] ?? 0) > (wide[least] ?? 0)) problems.push(differ([least]));
    if ((narrow[most] ?? Infinity) < (wide[most] ?? Infinity)) problems.push(differ([most]));
  }
  return problems;
}

interface Bound {
  at: number;
  isExclusive: boolean;
}

function lowest({ minimum = -Infinity, exclusiveMinimum = -Infinity }: JsonSchemaObject): Bound {
  const isExclusive = exclusiveMinimum >= minimum && exclusiveMinimum !== -Infinity;
  return { at: Math.max(minimum, exclusiveMinimum), isExclusive };
}

/** The mirror image of the lowest, so that both are compared alike. */
function highest({ maximum = Infinity, exclusiveMaximum = Infinity }: JsonSchemaObject): Bound {
  return lowest({ minimum: -maximum, exclusiveMinimum: -exclusiveMaximum });
}

function isAbove(one: Bound, other: Bound): boolean {
  return one.at > other.at || (one.at === other.at && one.isExclusive && !other.isExclusive);
}

function stepOf({ multipleOf, type }: JsonSchemaObject): number | undefined {
  return multipleOf ?? (type === 'integer' ? 1 : undefined);
}

function dividesAll(step: number | undefined, other: number | undefined): boolean {
  if (step === undefined) return true;
  return other !== undefined && Math.abs(other / step - Math.round(other / step)) < 1e-9;
}

function part(schema: JsonSchemaObject, keywords: readonly string[]): object {
  return Object.fromEntries(Object.entries(schema).filter(([keyword]) => keywords.includes(keyword)));
}
