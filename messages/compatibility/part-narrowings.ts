import type { JsonSchema, JsonSchemaObject } from './json-schema.ts';
import type { Comparison, Narrowing } from './narrowings.ts';

/** Where an object that the wide schema accepts is refused by the narrow one, or loses what stands in it. */
export function objectNarrowings(
  wide: JsonSchemaObject,
  narrow: JsonSchemaObject,
  path: string,
  how: Comparison,
): Narrowing[] {
  const at = (name: string) => (path === '' ? name : `${path}.${name}`);
  const mustBeThere = narrow.required?.filter((name) => !wide.required?.includes(name)) ?? [];
  return [
    ...mustBeThere.map((name) => ({
      path: at(name),
      wide: wide.properties?.[name] === undefined ? 'nothing' : 'optional',
      narrow: 'required',
    })),
    ...Object.entries(narrow.properties ?? {}).flatMap(([name, schema]) => {
      const sent = wide.properties?.[name] ?? othersOf(wide);
      return sent === undefined ? [] : how.compare(sent, schema, at(name));
    }),
    ...Object.entries(wide.properties ?? {}).flatMap(([name, sent]) =>
      narrow.properties?.[name] === undefined ? compareUnknown(sent, narrow, at(name), how) : [],
    ),
    ...(how.losesUnknown
      ? []
      : noLongerTold(wide, narrow).map((name) => ({ path: at(name), wide: 'nothing', narrow: 'optional' }))),
    ...compareOthers(wide, narrow, at('*'), how),
    ...(narrow.propertyNames === undefined
      ? []
      : how.compare(wide.propertyNames ?? {}, narrow.propertyNames, at('(name)'))),
  ];
}

/** What may be left out is missed all the same by who reads it, if it is never told again. */
function noLongerTold(
  wide: JsonSchemaObject,
  { properties = {}, required = [] }: JsonSchemaObject,
): string[] {
  if (othersOf(wide) !== undefined) return [];
  return Object.keys(properties).filter(
    (name) => wide.properties?.[name] === undefined && !required.includes(name),
  );
}

/** What the schema says of properties that it does not name: nothing, if it only leaves them out. */
function othersOf({ additionalProperties }: JsonSchemaObject): JsonSchema | undefined {
  return additionalProperties === false ? undefined : additionalProperties;
}

function compareUnknown(
  sent: JsonSchema,
  { additionalProperties }: JsonSchemaObject,
  path: string,
  how: Comparison,
): Narrowing[] {
  if (additionalProperties !== undefined && additionalProperties !== false) {
    return how.compare(sent, additionalProperties, path);
  }
  return how.losesUnknown ? [{ path, wide: sent, narrow: 'unknown' }] : [];
}

function compareOthers(
  wide: JsonSchemaObject,
  narrow: JsonSchemaObject,
  path: string,
  how: Comparison,
): Narrowing[] {
  const others = narrow.additionalProperties;
  const sent = othersOf(wide);
  if (sent !== undefined && typeof others === 'object') return how.compare(sent, others, path);
  if (others === true || !how.losesUnknown) return [];
  // Left out in silence they were refused by nobody.
  const isClosed = others === false && wide.additionalProperties !== false;
  const areLost = sent !== undefined && others === undefined;
  return isClosed || areLost
    ? [{ path, wide: sent ?? 'ignored', narrow: isClosed ? 'refused' : 'ignored' }]
    : [];
}

/** Where an item that the wide schema accepts is refused by the narrow one. */
export function arrayNarrowings(
  wide: JsonSchemaObject,
  narrow: JsonSchemaObject,
  path: string,
  how: Comparison,
): Narrowing[] {
  const places = Math.max(wide.prefixItems?.length ?? 0, narrow.prefixItems?.length ?? 0);
  const itemAt = ({ prefixItems = [], items = {} }: JsonSchemaObject, at: number) => prefixItems[at] ?? items;
  const first = Array.from({ length: places }, (_, at) =>
    how.compare(itemAt(wide, at), itemAt(narrow, at), `${path}[${at}]`),
  );
  return [...first.flat(), ...how.compare(wide.items ?? {}, narrow.items ?? {}, `${path}[]`)];
}
