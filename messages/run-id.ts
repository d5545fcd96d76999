import { v5 } from 'uuid';

const namespace = '0f4f4a3e-6f0c-5d0b-9d43-5c1d3f6f6b1a';

/** The id of the run that a message asks for: CloudEvents ids are unique per source only, so all three count. */
export function runIdOf({ type, source, id }: { type: string; source: string; id: string }): string {
  return v5(JSON.stringify([type, source, id]), namespace);
}
