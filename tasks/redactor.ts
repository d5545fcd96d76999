import type { z } from 'zod';
import { sensitiveParts } from './sensitive-parts.ts';

/** Stands where something is not shown. */
export const hidden = '[hidden]';

/** Keeps what is sensitive in some values out of whatever may quote them: payloads, log lines, errors, stacks. */
export interface Redactor {
  /** Remembers what of a value its schema marks as sensitive. */
  learn(schema: z.core.$ZodType, value: unknown): void;
  /** Whether nothing sensitive was learned, so that everything may be shown. */
  isEmpty(): boolean;
  /** A copy of a text, or of JSON with texts in it, in which nothing stands that was learned. */
  redact<Value>(value: Value): Value;
}

/** With more than these, texts are hidden as a whole. */
const mostSecrets = 10_000;
/** A shorter one is found only as a word of its own: it would be part of too many others. */
const wordsBelowCharacters = 4;

/**
 * Makes a redactor that has learned nothing yet. It finds texts and numbers wherever they stand: in whole or as a line of
 * several, in other case, inside JSON or a URL. True and false are hidden in fields of the name that they had.
 */
export function createRedactor(): Redactor {
  const secrets = new Set<string>();
  const flags = new Set<string>();
  let pattern: RegExp | undefined;

  const remember = (value: unknown, field: string | undefined): void => {
    if (secrets.size > mostSecrets) return;
    if (typeof value === 'boolean') {
      if (field !== undefined) flags.add(field);
    } else if (value instanceof Date) {
      if (!Number.isNaN(value.getTime())) secrets.add(value.toISOString());
    } else if (value instanceof Map || value instanceof Set || Array.isArray(value)) {
      for (const part of [...value].flat()) remember(part, field);
    } else if (typeof value === 'object' && value !== null) {
      for (const [name, part] of Object.entries(value)) {
        if (!isFieldName(name)) remember(name, field);
        remember(part, name);
      }
    } else if (value !== null && value !== undefined) {
      for (const form of formsOf(String(value))) secrets.add(form);
    }
  };
  const redactText = (text: string): string => {
    if (secrets.size > mostSecrets) return hidden;
    if (secrets.size === 0) return text;
    pattern ??= patternOf(secrets);
    return text.replace(pattern, hidden);
  };
  const redactAny = (value: unknown, field?: string): unknown => {
    if (typeof value === 'string') return redactText(value);
    if (typeof value === 'number') return redactText(String(value)) === String(value) ? value : hidden;
    if (typeof value === 'boolean') return field !== undefined && flags.has(field) ? hidden : value;
    if (Array.isArray(value)) return value.map((item) => redactAny(item, field));
    if (typeof value !== 'object' || value === null) return value;
    return Object.fromEntries(
      Object.entries(value).map(([name, item]) => [redactText(name), redactAny(item, name)]),
    );
  };
  const isEmpty = () => secrets.size === 0 && flags.size === 0;

  return {
    learn: (schema, value) => {
      const parts = sensitiveParts(schema, value);
      for (const part of parts) remember(part.value, part.field);
      if (parts.length > 0) pattern = undefined;
    },
    isEmpty,
    redact: (value) => (isEmpty() ? value : (redactAny(value) as typeof value)),
  };
}

/** A key that could be a field's name is taken for one. */
function isFieldName(key: string): boolean {
  return /^[a-z_]\w*$/i.test(key);
}

/** How a value may be written in a text: as it is, inside JSON, in a URL, or a line of it alone. */
function formsOf(value: string): string[] {
  const lines = value.split(/\r?\n/).filter((line) => line.length >= wordsBelowCharacters);
  return [value, value.trim(), ...lines]
    .filter((form) => form !== '')
    .flatMap((form) => [form, JSON.stringify(form).slice(1, -1), encodeURIComponent(form.toWellFormed())]);
}

/** The longest come first, so that none is cut by one that is part of it. */
function patternOf(secrets: Iterable<string>): RegExp {
  const alternatives = [...secrets]
    .sort((one, other) => other.length - one.length)
    .map((secret) => {
      const literal = secret.replaceAll(/[\^$\\.*+?()[\]{}|/]/g, '\\$&');
      return secret.length < wordsBelowCharacters || isNumber(secret)
        ? `(?<![\\p{L}\\p{N}])${literal}(?![\\p{L}\\p{N}])`
        : literal;
    });
  return new RegExp(alternatives.join('|'), 'giu');
}

function isNumber(secret: string): boolean {
  return /^-?\d+(\.\d+)?$/.test(secret);
}
