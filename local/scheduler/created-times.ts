import { mkdirSync, readFileSync, renameSync, writeFileSync } from 'node:fs';
import { dirname } from 'node:path';
import { z } from 'zod';

const fileSchema = z.record(z.string(), z.object({ expression: z.string(), createdAt: z.number() }));

/** Remembers when each schedule was first seen, so that a rate goes on counting over restarts. */
export interface CreatedTimes {
  /** When this schedule came with this expression; `isNew` if that is now. */
  of(name: string, expression: string, now: number): { createdAt: number; isNew: boolean };
}

/** Opens the memory in a file; one that cannot be read counts as empty. */
export function openCreatedTimes(path: string): CreatedTimes {
  const known = read(path);
  return {
    of: (name, expression, now) => {
      const entry = known[name];
      if (entry?.expression === expression) return { createdAt: entry.createdAt, isNew: false };
      known[name] = { expression, createdAt: now };
      mkdirSync(dirname(path), { recursive: true });
      writeFileSync(`${path}.new`, JSON.stringify(known));
      renameSync(`${path}.new`, path);
      return { createdAt: now, isNew: true };
    },
  };
}

function read(path: string): z.output<typeof fileSchema> {
  try {
    return fileSchema.parse(JSON.parse(readFileSync(path, 'utf8')));
  } catch {
    return {};
  }
}
