import { followed, isSame, type JsonSchema, type JsonSchemaObject, typesOf } from './json-schema.ts';
import { arrayNarrowings, objectNarrowings } from './part-narrowings.ts';
import { valueNarrowings } from './value-narrowings.ts';

/** Something that one schema accepts and another does not. */
export interface Narrowing {
  /** Where in the value, such as `people[].email`; empty for the whole. */
  path: string;
  /** What the schema that accepts more says there. */
  wide: unknown;
  /** What the other one says there. */
  narrow: unknown;
}

/** How schemas are compared. */
export interface Comparison {
  /**
   * Whether who takes the value leaves out what his schema does not know, and so loses what the other meant by it. Else he
   * bears more than he knows.
   */
  losesUnknown: boolean;
  /** Compares what stands at a path. */
  compare(from: JsonSchema, to: JsonSchema, path: string): Narrowing[];
}

/**
 * Everywhere that `to` does not accept what `from` does, by what JSON Schema means; none: whatever fits `from` fits `to`.
 * A keyword that is not known counts as narrowed unless both have it alike. Properties that an open object does not name
 * are not sent, so that a new optional one narrows nothing. Throws an Error if a reference leads nowhere.
 */
export function narrowings(
  from: JsonSchema,
  to: JsonSchema,
  { losesUnknown }: { losesUnknown: boolean },
): Narrowing[] {
  // Pairs that are being compared: a schema may contain itself.
  const open = new Set<string>();
  const how: Comparison = {
    losesUnknown,
    compare: (one, other, path) => {
      const [wide, narrow] = [followed(one, from), followed(other, to)];
      const pair = JSON.stringify([wide, narrow]);
      if (open.has(pair) || isNothing(wide)) return [];
      open.add(pair);
      try {
        return compareParts(wide, narrow, path, how);
      } finally {
        open.delete(pair);
      }
    },
  };
  return how.compare(from, to, '');
}

/** Annotations, which accept and refuse nothing. */
const annotations =
  /^(\$schema|\$id|\$comment|\$defs|id|title|description|default|examples|deprecated|readOnly|writeOnly|x-.*)$/;
/** What one of the comparisons below looks at. */
const compared = new Set([
  ...['type', 'const', 'enum', 'anyOf', 'oneOf', 'allOf', 'items', 'prefixItems', 'minItems', 'maxItems'],
  ...['properties', 'required', 'additionalProperties', 'propertyNames', 'minLength', 'maxLength', 'minimum'],
  ...['maximum', 'exclusiveMinimum', 'exclusiveMaximum', 'multipleOf'],
]);

function compareParts(
  wide: JsonSchemaObject,
  narrow: JsonSchemaObject,
  path: string,
  how: Comparison,
): Narrowing[] {
  const cases = casesOf(wide);
  if (isUnion(wide) || cases.length > 1) return cases.flatMap((one) => how.compare(one, narrow, path));
  const { anyOf, oneOf, allOf, ...rest } = narrow;
  const choices = [anyOf, oneOf].filter((options) => options !== undefined);
  return [
    ...compareAlone(wide, rest, path, how),
    ...choices.flatMap((options) => compareWithAny(wide, options, path, how)),
    ...(allOf ?? []).flatMap((one) => how.compare(wide, one, path)),
  ];
}

function isUnion({ anyOf, oneOf }: JsonSchemaObject): boolean {
  return anyOf !== undefined || oneOf !== undefined;
}

/** A union's options, an enum's values, types of several: each must be accepted. What stands beside them holds for each. */
function casesOf({ anyOf, oneOf, ...rest }: JsonSchemaObject): JsonSchemaObject[] {
  const options = anyOf ?? oneOf;
  if (options) return options.map((option) => both(rest, option));
  if (rest.enum && rest.enum.length > 1) return rest.enum.map((value) => ({ ...rest, enum: [value] }));
  if (Array.isArray(rest.type)) return rest.type.map((type) => ({ ...rest, type }));
  return [rest];
}

function both(outer: JsonSchemaObject, option: JsonSchema): JsonSchemaObject {
  if (Object.keys(outer).length === 0 && typeof option === 'object') return option;
  return { ...outer, allOf: [...(outer.allOf ?? []), option] };
}

/** One that accepts it is enough; if none does, the nearest tells what is wrong. */
function compareWithAny(
  wide: JsonSchemaObject,
  options: readonly JsonSchema[],
  path: string,
  how: Comparison,
): Narrowing[] {
  const found = options.map((option) => how.compare(wide, option, path));
  if (found.some((problems) => problems.length === 0)) return [];
  const inside = found.filter((problems) => problems.every((problem) => problem.path !== path));
  const [nearest] = inside.sort((one, other) => one.length - other.length);
  return nearest ?? [{ path, wide, narrow: options }];
}

/** All of an intersection holds at once: it is enough that a part of it is accepted. */
function compareAlone(
  wide: JsonSchemaObject,
  narrow: JsonSchemaObject,
  path: string,
  how: Comparison,
): Narrowing[] {
  const { allOf = [], ...rest } = wide;
  const found = [rest, ...allOf].map((part) =>
    part === rest ? compareSimple(rest, narrow, path, how) : how.compare(part, narrow, path),
  );
  const [best = []] = found.sort((one, other) => one.length - other.length);
  return best;
}

function compareSimple(
  wide: JsonSchemaObject,
  narrow: JsonSchemaObject,
  path: string,
  how: Comparison,
): Narrowing[] {
  if (isNothing(narrow)) return [{ path, wide, narrow: false }];
  const refused = typesOf(wide).filter((type) => !isTypeIn(type, typesOf(narrow)));
  if (refused.length > 0) return [{ path, wide: { type: wide.type }, narrow: { type: narrow.type } }];
  const unknown = Object.keys(narrow).filter(
    (keyword) =>
      !compared.has(keyword) && !annotations.test(keyword) && !isSame(wide[keyword], narrow[keyword]),
  );
  const isConstant = 'const' in wide || wide.enum !== undefined;
  return [
    ...valueNarrowings(wide, narrow).map((keywords) => ({ path, ...keywords })),
    ...(isConstant ? unknown.filter((keyword) => keyword !== 'pattern') : unknown).map((keyword) => ({
      path,
      wide: { [keyword]: wide[keyword] },
      narrow: { [keyword]: narrow[keyword] },
    })),
    ...(isBoth('object', wide, narrow) ? objectNarrowings(wide, narrow, path, how) : []),
    ...(isBoth('array', wide, narrow) ? arrayNarrowings(wide, narrow, path, how) : []),
  ];
}

/** A schema that names no type keeps whatever it is given. */
function isBoth(type: string, wide: JsonSchemaObject, narrow: JsonSchemaObject): boolean {
  return narrow.type !== undefined && typesOf(wide).includes(type);
}

function isTypeIn(type: string, types: readonly string[]): boolean {
  return types.includes(type) || (type === 'integer' && types.includes('number'));
}

function isNothing({ not }: JsonSchemaObject): boolean {
  return not === true || (typeof not === 'object' && not !== null && Object.keys(not).length === 0);
}
