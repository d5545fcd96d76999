import { mkdirSync, readFileSync, renameSync, writeFileSync } from 'node:fs';
import { dirname } from 'node:path';
import { z } from 'zod';

/** Remembers what the template said last time, because CloudFormation changes only what the template changed. */
export interface TemplateValues {
  /** Whether this value differs from the one before; the new one is remembered. */
  hasChanged(logicalId: string, value: string): boolean;
}

/** Opens the memory in a file; one that cannot be read counts as empty. */
export function openTemplateValues(path: string): TemplateValues {
  const values = read(path);
  return {
    hasChanged: (logicalId, value) => {
      if (values[logicalId] === value) return false;
      values[logicalId] = value;
      mkdirSync(dirname(path), { recursive: true });
      writeFileSync(`${path}.new`, JSON.stringify(values));
      renameSync(`${path}.new`, path);
      return true;
    },
  };
}

function read(path: string): Record<string, string> {
  try {
    return z.record(z.string(), z.string()).parse(JSON.parse(readFileSync(path, 'utf8')));
  } catch {
    return {};
  }
}
