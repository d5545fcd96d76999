/** Lines of a file, a bit each, so that millions of them need little memory and can be handed to a thread. */
export type LineSet = Uint8Array;

/** Gathers lines that come in ascending order. */
export async function lineSet(batches: AsyncIterable<readonly number[]>): Promise<LineSet> {
  let lines: LineSet = new Uint8Array(0);
  for await (const batch of batches) {
    const needed = ((batch.at(-1) ?? 0) >>> 3) + 1;
    if (needed > lines.length) {
      const larger = new Uint8Array(Math.max(needed, 2 * lines.length));
      larger.set(lines);
      lines = larger;
    }
    for (const line of batch) lines[line >>> 3] = (lines[line >>> 3] ?? 0) | (1 << (line & 7));
  }
  return lines;
}

/** Whether the line is one of them. */
export function hasLine(lines: LineSet, line: number): boolean {
  return (((lines[line >>> 3] ?? 0) >>> (line & 7)) & 1) === 1;
}
