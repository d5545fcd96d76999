import { existsSync, mkdirSync, renameSync } from 'node:fs';
import { dirname } from 'node:path';
import { LineFile, readLines } from './line-file.ts';

/** From this size on a journal is rewritten once it has trebled. */
const smallestRewriteBytes = 16 * 1024 * 1024;
const rewriteFactor = 3;

/**
 * State on disk that survives the death of its process at any moment: every change is one line of JSON at the end
 * of a file, and now and then the file is replaced by one that tells the present state alone.
 */
export class Journal<Change> {
  readonly #file: string;
  readonly #snapshot: () => Iterable<Change>;
  #lines: LineFile;
  #rewriteAtBytes = 0;

  /**
   * Replays what the file holds through `replay`, then begins to record. `snapshot` tells the present state as
   * changes from nothing. Throws an Error if a line is no JSON; a last line cut short is left out.
   */
  constructor({
    file,
    replay,
    snapshot,
  }: {
    file: string;
    replay: (change: Change) => void;
    snapshot: () => Iterable<Change>;
  }) {
    this.#file = file;
    this.#snapshot = snapshot;
    mkdirSync(dirname(file), { recursive: true });
    if (existsSync(file)) {
      let number = 0;
      for (const line of readLines(file)) {
        number += 1;
        replay(parse<Change>(line, `${file}:${number}`));
      }
    }
    this.#lines = this.#rewrite();
  }

  /** Writes a change down; it survives the process from here on. */
  record(change: Change): void {
    this.#lines.append(`${JSON.stringify(change)}\n`);
    if (this.#lines.bytes > this.#rewriteAtBytes) {
      const old = this.#lines;
      this.#lines = this.#rewrite();
      old.close();
    }
  }

  close(): void {
    this.#lines.close();
  }

  #rewrite(): LineFile {
    const lines = new LineFile(`${this.#file}.new`);
    let batch = '';
    for (const change of this.#snapshot()) {
      batch += `${JSON.stringify(change)}\n`;
      if (batch.length > 1 << 20) {
        lines.append(batch);
        batch = '';
      }
    }
    lines.append(batch);
    renameSync(`${this.#file}.new`, this.#file);
    this.#rewriteAtBytes = Math.max(smallestRewriteBytes, lines.bytes * rewriteFactor);
    return lines;
  }
}

function parse<Change>(line: string, place: string): Change {
  try {
    return JSON.parse(line) as Change;
  } catch {
    throw new Error(`${place} is not JSON: mend the line, or delete the file to start with nothing`);
  }
}
