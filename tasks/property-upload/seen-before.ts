import { hashOf } from './byte-memory.ts';

const bits = 2 ** 27;
const places = 3;

/**
 * Tells which values of a file may have come before, in 16 MiB whatever the file's length (a Bloom filter). It never
 * misses one that did; one that did not is suspected too now and then, the more often the more values there are.
 */
export class SeenBefore {
  private readonly filter = new Uint8Array(bits / 8);

  /** Whether the value, of that kind, may have come before; from now on it has. */
  mayHave(kind: number, bytes: Uint8Array, from: number, to: number): boolean {
    const first = mixed(hashOf(bytes, from, to, kind));
    const step = mixed(first) | 1;
    let isKnown = true;
    for (let place = 0; place < places; place += 1) {
      const bit = (first + Math.imul(place, step)) & (bits - 1);
      const mask = 1 << (bit & 7);
      const held = this.filter[bit >>> 3] as number;
      if ((held & mask) === 0) {
        isKnown = false;
        this.filter[bit >>> 3] = held | mask;
      }
    }
    return isKnown;
  }
}

/** Spreads what differs in a few bits over all of them. */
function mixed(hash: number): number {
  let spread = Math.imul(hash ^ (hash >>> 16), 0x85ebca6b);
  spread = Math.imul(spread ^ (spread >>> 13), 0xc2b2ae35);
  return spread ^ (spread >>> 16);
}
