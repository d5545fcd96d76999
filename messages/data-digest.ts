import { createHash } from 'node:crypto';

/** SHA-256, in hex, of JSON data whatever the order of its keys: tells a repeated message from a changed one. */
export function dataDigest(data: unknown): string {
  return createHash('sha256')
    .update(canonical(data) ?? 'undefined')
    .digest('hex');
}

function canonical(value: unknown): string | undefined {
  return JSON.stringify(value, (_key, inner) =>
    inner !== null && typeof inner === 'object' && !Array.isArray(inner)
      ? Object.fromEntries(Object.entries(inner).sort(([a], [b]) => (a < b ? -1 : 1)))
      : inner,
  );
}
