/**
 * Whether JSON data has everything that is expected of it: objects may have more, lists have the same length. What is
 * expected goes through JSON first, as the data has.
 */
export function contains(data: unknown, expected: unknown): boolean {
  const json = JSON.stringify(expected);
  return json === undefined ? data === undefined : holds(data, JSON.parse(json));
}

function holds(data: unknown, expected: unknown): boolean {
  if (typeof expected !== 'object' || expected === null) return Object.is(data, expected);
  if (typeof data !== 'object' || data === null) return false;
  if (Array.isArray(expected) !== Array.isArray(data)) return false;
  if (Array.isArray(expected) && expected.length !== (data as unknown[]).length) return false;
  return Object.entries(expected).every(
    ([key, value]) => Object.hasOwn(data, key) && holds((data as Record<string, unknown>)[key], value),
  );
}
