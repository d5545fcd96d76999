/** As many as there are days in eleven years: expiry dates lie ahead so far. */
const slots = 4096;
const tries = 4;
const longestBytes = 64;

/**
 * Remembers what a few short runs of bytes mean, so that bytes that come again need neither become text nor be read
 * again. It keeps a bounded number of them, the newest rather than the oldest.
 */
export class ByteMemory<Meaning> {
  private readonly meanings: (Meaning | undefined)[] = Array.from({ length: slots });
  private readonly hashes = new Int32Array(slots);
  private readonly lengths = new Uint8Array(slots);
  private readonly kept = new Uint8Array(slots * longestBytes);

  /** What these bytes mean, if it is remembered. */
  find(bytes: Uint8Array, from: number, to: number): Meaning | undefined {
    if (to - from > longestBytes) return undefined;
    const hash = hashOf(bytes, from, to);
    for (let attempt = 0; attempt < tries; attempt += 1) {
      const slot = (hash + attempt) & (slots - 1);
      if (this.hashes[slot] === hash && this.isAt(slot, bytes, from, to)) return this.meanings[slot];
    }
    return undefined;
  }

  /** Remembers what these bytes mean, unless they are too many; something older may be forgotten for it. */
  keep(bytes: Uint8Array, from: number, to: number, meaning: Meaning): void {
    if (to - from > longestBytes) return;
    const hash = hashOf(bytes, from, to);
    let slot = hash & (slots - 1);
    for (let attempt = 0; attempt < tries; attempt += 1) {
      const place = (hash + attempt) & (slots - 1);
      if (this.meanings[place] !== undefined) continue;
      slot = place;
      break;
    }
    this.meanings[slot] = meaning;
    this.hashes[slot] = hash;
    this.lengths[slot] = to - from;
    this.kept.set(bytes.subarray(from, to), slot * longestBytes);
  }

  private isAt(slot: number, bytes: Uint8Array, from: number, to: number): boolean {
    if (this.lengths[slot] !== to - from) return false;
    const { kept } = this;
    for (let at = from, there = slot * longestBytes; at < to; at += 1, there += 1) {
      if (bytes[at] !== kept[there]) return false;
    }
    return true;
  }
}

/** FNV-1a of the bytes, in 32 bits. */
export function hashOf(bytes: Uint8Array, from: number, to: number, seed = 0): number {
  let hash = 0x811c9dc5 ^ seed;
  for (let at = from; at < to; at += 1) hash = Math.imul(hash ^ (bytes[at] as number), 0x01000193);
  return hash;
}
