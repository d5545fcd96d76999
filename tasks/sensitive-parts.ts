import type { z } from 'zod';
import { hasSensitive, isSensitive } from './sensitive.ts';

/** Something that must not be shown, and the name of the field that holds it, if one does. */
export interface SensitivePart {
  value: unknown;
  field: string | undefined;
}

/**
 * What of a value its schema marks, in its smallest parts. In doubt more than that: where a value has not the shape of a
 * schema with marks, and in fields that such a schema does not know, nobody can say what it is.
 */
export function sensitiveParts(schema: z.core.$ZodType, value: unknown): SensitivePart[] {
  return hasSensitive(schema) ? [...partsOf(schema, value, { isMarked: false, field: undefined })] : [];
}

type Schema = z.core.$ZodType;
type Parts = Generator<SensitivePart, void>;
interface Place {
  /** Whether something around the value is marked. */
  isMarked: boolean;
  field: string | undefined;
}

function* partsOf(schema: Schema, value: unknown, around: Place): Parts {
  if (value === null || value === undefined) return;
  const place = { ...around, isMarked: around.isMarked || isSensitive(schema) };
  const whole = { value, field: place.field };
  const { def } = (schema as z.core.$ZodTypes)._zod;
  switch (def.type) {
    case 'object':
      return isRecord(value) ? yield* partsOfObject(def, value, place) : yield whole;
    case 'record':
      return isRecord(value) ? yield* partsOfEntries(def, Object.entries(value), place) : yield whole;
    case 'map':
      return value instanceof Map ? yield* partsOfEntries(def, value, place) : yield whole;
    case 'set':
      return value instanceof Set ? yield* partsOfItems([...value], () => def.valueType, place) : yield whole;
    case 'array':
      return Array.isArray(value) ? yield* partsOfItems(value, () => def.element, place) : yield whole;
    case 'tuple':
      return Array.isArray(value)
        ? yield* partsOfItems(value, (at) => def.items[at] ?? def.rest, place)
        : yield whole;
    case 'union':
      for (const option of fitting(def.options, value)) yield* partsOf(option, value, place);
      return;
    case 'intersection':
      yield* partsOf(def.left, value, place);
      return yield* partsOf(def.right, value, place);
    case 'pipe':
      // What comes in and what comes out: either may be asked about.
      yield* partsOf(def.in, value, place);
      return yield* partsOf(def.out, value, place);
    case 'lazy':
      return yield* partsOf(def.getter(), value, place);
    case 'optional':
    case 'nullable':
    case 'default':
    case 'prefault':
    case 'nonoptional':
    case 'readonly':
    case 'catch':
    case 'promise':
      return yield* partsOf(def.innerType, value, place);
    case 'any':
    case 'unknown':
    case 'custom':
    case 'transform':
      if (place.isMarked) yield whole;
      return;
    default:
      if (place.isMarked || isComposite(value)) yield whole;
  }
}

function* partsOfObject(
  { shape, catchall }: z.core.$ZodObjectDef,
  value: Record<string, unknown>,
  { isMarked }: Place,
): Parts {
  for (const [field, item] of Object.entries(value)) {
    const schema = Object.hasOwn(shape, field) ? shape[field] : catchall;
    if (schema) yield* partsOf(schema, item, { isMarked, field });
    else yield* [field, item].map((part) => ({ value: part, field }));
  }
}

function* partsOfEntries(
  { keyType, valueType }: z.core.$ZodRecordDef | z.core.$ZodMapDef,
  entries: Iterable<[unknown, unknown]>,
  place: Place,
): Parts {
  for (const [key, item] of entries) {
    yield* partsOf(keyType, key, place);
    yield* partsOf(valueType, item, { ...place, field: String(key) });
  }
}

function* partsOfItems(
  items: readonly unknown[],
  schemaAt: (at: number) => Schema | null | undefined,
  place: Place,
): Parts {
  for (const [at, item] of items.entries()) {
    const schema = schemaAt(at);
    if (schema) yield* partsOf(schema, item, place);
    else yield { value: item, field: place.field };
  }
}

/** The options of a union that accept the value; if none does, any may be meant. */
function fitting(options: readonly Schema[], value: unknown): readonly Schema[] {
  const fit = options.filter((option) => {
    try {
      return (option as z.ZodType).safeParse(value).success;
    } catch {
      return true;
    }
  });
  return fit.length > 0 ? fit : options;
}

function isRecord(value: unknown): value is Record<string, unknown> {
  return isComposite(value) && !Array.isArray(value) && !(value instanceof Map || value instanceof Set);
}

function isComposite(value: unknown): value is object {
  return typeof value === 'object' && value !== null && !(value instanceof Date);
}
