import { z } from 'zod';

/** The mark, as it stands in a schema's metadata and in the published JSON Schemas. */
const mark = 'x-sensitive';

/**
 * Marks what is personal data or a secret, such as an e-mail address: logs, traces and screens tell that it is there,
 * never what it is. Goes on any schema; on an object or an array it stands for all inside. Mark last: what zod derives
 * from a marked object, as by `extend`, is another schema.
 */
export function sensitive<Schema extends z.ZodType>(schema: Schema): Schema {
  return schema.meta({ ...schema.meta(), [mark]: true });
}

/** Whether a schema itself is marked, not one inside it. */
export function isSensitive(schema: z.core.$ZodType): boolean {
  return z.globalRegistry.get(schema)?.[mark] === true;
}

const known = new WeakMap<z.core.$ZodType, boolean>();

/** Whether a schema or one inside it is marked. */
export function hasSensitive(schema: z.core.$ZodType): boolean {
  const before = known.get(schema);
  if (before !== undefined) return before;
  const has = search(schema, new Set());
  known.set(schema, has);
  return has;
}

/** Schemas that were seen have nothing to add: one may contain itself. */
function search(schema: z.core.$ZodType, seen: Set<z.core.$ZodType>): boolean {
  if (seen.has(schema)) return false;
  seen.add(schema);
  return isSensitive(schema) || schemasIn(schema._zod.def).some((inner) => search(inner, seen));
}

/** The schemas that a definition is made of, wherever it keeps them. */
function schemasIn(part: unknown): z.core.$ZodType[] {
  if (typeof part !== 'object' || part === null) return [];
  if ('_zod' in part) return [part as z.core.$ZodType];
  const parts = 'getter' in part && typeof part.getter === 'function' ? [part.getter()] : Object.values(part);
  return parts.flatMap(schemasIn);
}
