/**
 * The value at a path of EventBridge's subset of JSONPath: `$`, `.name`, `[0]` and `[*]`. Undefined if there is none.
 * With a wildcard the answer is the list of all values found. Throws RangeError if the path is none.
 */
export function valueAt(root: unknown, path: string): unknown {
  if (!/^\$(\.[^.[\]*]+|\.\*|\[\d+\]|\[\*\])*$/.test(path)) {
    throw new RangeError(
      `${JSON.stringify(path)} is no path that EventBridge reads: use $.detail.name or $.list[0]`,
    );
  }
  const steps = [...path.matchAll(/\.([^.[\]]+)|\[([^\]]+)\]/g)].map((match) => match[1] ?? match[2] ?? '');
  let found = [root];
  for (const step of steps)
    found = found.flatMap((value) => (step === '*' ? children(value) : child(value, step)));
  return steps.includes('*') ? (found.length > 0 ? found : undefined) : found[0];
}

function child(value: unknown, step: string): unknown[] {
  if (value === null || typeof value !== 'object' || !Object.hasOwn(value, step)) return [];
  return [(value as Record<string, unknown>)[step]];
}

function children(value: unknown): unknown[] {
  return value !== null && typeof value === 'object' ? Object.values(value) : [];
}
