/** Something that has to be so at the end. */
export interface Expectation {
  name: string;
  ok: boolean;
  /** What was found. */
  found: string;
}

/** Compares what was found with what was expected. */
export function expectEqual(name: string, found: unknown, expected: unknown): Expectation {
  const [one, other] = [JSON.stringify(found), JSON.stringify(expected)];
  return { name, ok: one === other, found: one === other ? `${one}` : `${one}, not ${other}` };
}

/** A condition that holds or not, with what was found. */
export function expectThat(name: string, ok: boolean, found: string): Expectation {
  return { name, ok, found };
}
