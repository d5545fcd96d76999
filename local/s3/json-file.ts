import { readdirSync, readFileSync, renameSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';

/**
 * Writes a small JSON file so that a kill leaves either the old content or the new. It is synchronous so that the
 * file and the index in memory change in one step, with no other request in between.
 */
export function writeJsonFile(path: string, content: object): void {
  writeFileSync(`${path}.new`, JSON.stringify(content));
  renameSync(`${path}.new`, path);
}

/** Reads what `writeJsonFile` wrote. Throws an Error that names a file that is damaged. */
export function readJsonFile<Content>(path: string): Content {
  const content = readFileSync(path, 'utf8');
  try {
    return JSON.parse(content) as Content;
  } catch (error) {
    throw new Error(`${path} is damaged: remove it, and what it describes is gone`, { cause: error });
  }
}

/** The contents of a folder's JSON files. */
export function readJsonFiles<Content>(directory: string): Content[] {
  return readdirSync(directory)
    .filter((name) => name.endsWith('.json'))
    .map((name) => readJsonFile<Content>(join(directory, name)));
}
