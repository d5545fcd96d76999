import { isDeepStrictEqual } from 'node:util';

/** Something that has to be so at the end. */
export interface Expectation {
  name: string;
  ok: boolean;
  found: unknown;
  /** Left out where what was found says it all. */
  expected?: unknown;
}

/** Compares what was found with what was expected. */
export function expectEqual(name: string, found: unknown, expected: unknown): Expectation {
  const ok = isDeepStrictEqual(found, expected);
  return ok ? { name, ok, found } : { name, ok, found, expected };
}

/** A condition that holds or not, with what was found. */
export function expectThat(name: string, ok: boolean, found: string): Expectation {
  return { name, ok, found };
}
