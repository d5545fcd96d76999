/** A JSON Schema (2020-12), as far as schemas are compared; a Boolean accepts everything or nothing. */
export type JsonSchema = boolean | JsonSchemaObject;

/** The keywords that the comparison knows. */
export interface JsonSchemaObject {
  type?: string | string[];
  const?: unknown;
  enum?: unknown[];
  anyOf?: JsonSchema[];
  oneOf?: JsonSchema[];
  allOf?: JsonSchema[];
  properties?: Record<string, JsonSchema>;
  required?: string[];
  additionalProperties?: JsonSchema;
  propertyNames?: JsonSchema;
  items?: JsonSchema;
  prefixItems?: JsonSchema[];
  minItems?: number;
  maxItems?: number;
  minLength?: number;
  maxLength?: number;
  pattern?: string;
  minimum?: number;
  maximum?: number;
  exclusiveMinimum?: number;
  exclusiveMaximum?: number;
  multipleOf?: number;
  $ref?: string;
  $defs?: Record<string, JsonSchema>;
  [keyword: string]: unknown;
}

const everyType = ['string', 'number', 'boolean', 'null', 'object', 'array'];

/** The types that a schema accepts; of one that names none, every type. */
export function typesOf({ type, const: constant }: JsonSchemaObject): string[] {
  if (Number.isInteger(constant)) return ['integer'];
  return type === undefined ? everyType : [type].flat();
}

/** The schema that a reference leads to. Throws an Error if it leads nowhere. */
export function followed(schema: JsonSchema, root: JsonSchema): JsonSchemaObject {
  if (schema === true) return {};
  if (schema === false) return { not: {} };
  if (schema.$ref === undefined) return schema;
  if (schema.$ref === '#') return followed(root, root);
  const name = /^#\/\$defs\/([^/]+)$/.exec(schema.$ref)?.[1];
  const found = typeof root === 'object' && name !== undefined ? root.$defs?.[name] : undefined;
  if (found === undefined) throw new Error(`${schema.$ref} leads nowhere in its schema`);
  return followed(found, root);
}

/** Whether two JSON values are the same; the order of keys says nothing. */
export function isSame(one: unknown, other: unknown): boolean {
  return JSON.stringify(sorted(one)) === JSON.stringify(sorted(other));
}

function sorted(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(sorted);
  if (typeof value !== 'object' || value === null) return value;
  return Object.fromEntries(
    Object.entries(value)
      .sort(([one], [other]) => (one < other ? -1 : 1))
      .map(([key, item]) => [key, sorted(item)]),
  );
}
