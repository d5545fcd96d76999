import { createHash } from 'node:crypto';
import { UnreadableMessage } from './envelope.ts';

/**
 * SHA-256, in hex, of JSON data whatever the order of its keys: tells a repeated message from a changed one. Throws
 * UnreadableMessage if it is nested deeper than the stack reaches, some thousands of levels.
 */
export function dataDigest(data: unknown): string {
  return createHash('sha256')
    .update(canonicalText(data) ?? 'undefined')
    .digest('hex');
}

function canonicalText(data: unknown): string | undefined {
  try {
    return JSON.stringify(data, (_key, inner) => withSortedKeys(inner));
  } catch (error) {
    // JSON.parse reads any depth, JSON.stringify does not write it.
    if (!(error instanceof RangeError)) throw error;
    throw new UnreadableMessage(`the data is nested too deep to be read (${error.message})`);
  }
}

function withSortedKeys(value: unknown): unknown {
  if (value === null || typeof value !== 'object' || Array.isArray(value)) return value;
  return Object.fromEntries(Object.entries(value).sort(([a], [b]) => (a < b ? -1 : 1)));
}
