import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { basename, join } from 'node:path';
import type { ReleasedSchemas } from '../messages/compatibility/released-schemas.ts';

/** The schemas of the last release by their tasks' names; none before the first one. */
export function readReleased(folder: string): Map<string, ReleasedSchemas> {
  if (!existsSync(folder)) return new Map();
  const files = readdirSync(folder).filter((file) => file.endsWith('.json'));
  return new Map(
    files.map((file) => [
      basename(file, '.json'),
      JSON.parse(readFileSync(join(folder, file), 'utf8')) as ReleasedSchemas,
    ]),
  );
}
