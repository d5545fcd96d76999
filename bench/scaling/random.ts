/** Random numbers that are the same again for the same seed. */
export interface Random {
  /** Evenly from `low` up to `high`. */
  between(low: number, high: number): number;
  /** With this mean, as times between independent events are. */
  exponential(mean: number): number;
  /** With this mean and median: a few are much longer than most. */
  logNormal(shape: { mean: number; median: number }): number;
  /** A whole number from 0 up to, and without, `count`. */
  index(count: number): number;
}

/** Numbers by sfc32, seeded with the text, so that each use can have a stream of its own. */
export function createRandom(seed: string): Random {
  const next = sfc32(seed);
  const normal = () => Math.sqrt(-2 * Math.log(1 - next())) * Math.cos(2 * Math.PI * next());
  return {
    between: (low, high) => low + (high - low) * next(),
    exponential: (mean) => -mean * Math.log(1 - next()),
    logNormal: ({ mean, median }) => median * Math.exp(Math.sqrt(2 * Math.log(mean / median)) * normal()),
    index: (count) => Math.floor(next() * count),
  };
}

function sfc32(seed: string): () => number {
  let a = hash(seed, 0x9e3779b9);
  let b = hash(seed, 0x243f6a88);
  let c = hash(seed, 0xb7e15162);
  let counter = 1;
  const next = () => {
    const sum = (a + b + counter) | 0;
    counter = (counter + 1) | 0;
    a = b ^ (b >>> 9);
    b = (c + (c << 3)) | 0;
    c = (((c << 21) | (c >>> 11)) + sum) | 0;
    return (sum >>> 0) / 2 ** 32;
  };
  for (let round = 0; round < 15; round += 1) next();
  return next;
}

/** FNV-1a with another start. */
function hash(text: string, start: number): number {
  let value = start;
  for (const character of text) value = Math.imul(value ^ (character.codePointAt(0) ?? 0), 0x01000193);
  return value;
}
