/** What part of a sorted list of keys is asked for. */
export interface KeyQuery {
  prefix: string;
  /** Empty: none. Keys that share what stands before it, after the prefix, are told as one common prefix. */
  delimiter: string;
  /** Only keys, and common prefixes, that come after this. */
  after: string;
  /** Position to go on at instead, where a key stands several times in the list. */
  startAt?: number | undefined;
  /** Keys and common prefixes together. */
  limit: number;
}

/** One page of keys. */
export interface KeyPage {
  keys: string[];
  /** Where those keys stand in the list. */
  positions: number[];
  prefixes: string[];
  /** The last key or prefix told, if there is more behind it. */
  last: string | undefined;
}

/** Picks a page out of keys that are sorted by their UTF-8 bytes, as S3 pages. */
export function listKeys(sorted: readonly string[], query: KeyQuery): KeyPage {
  const { prefix, delimiter, after, limit } = query;
  const page: KeyPage = { keys: [], positions: [], prefixes: [], last: undefined };
  if (limit === 0) return page;
  const afterBytes = Buffer.from(after);
  const prefixBytes = Buffer.from(prefix);
  const begin = Math.max(
    query.startAt ?? firstWhere(sorted, (key) => Buffer.compare(key, afterBytes) > 0),
    firstWhere(sorted, (key) => Buffer.compare(key, prefixBytes) >= 0),
  );
  let last = '';
  for (let position = begin; position < sorted.length; position += 1) {
    const key = sorted[position] ?? '';
    if (!key.startsWith(prefix)) break;
    const end = delimiter === '' ? -1 : key.indexOf(delimiter, prefix.length);
    const common = end < 0 ? undefined : key.slice(0, end + delimiter.length);
    if (common !== undefined && (common === after || common === page.prefixes.at(-1))) continue;
    if (page.keys.length + page.prefixes.length === limit) {
      page.last = last;
      return page;
    }
    last = common ?? key;
    if (common === undefined) {
      page.keys.push(key);
      page.positions.push(position);
    } else {
      page.prefixes.push(common);
    }
  }
  return page;
}

/** The first position whose key fits, and with it all behind it; the list's length if none does. */
function firstWhere(sorted: readonly string[], fits: (key: Buffer) => boolean): number {
  let [low, high] = [0, sorted.length];
  while (low < high) {
    const middle = (low + high) >>> 1;
    if (fits(Buffer.from(sorted[middle] ?? ''))) high = middle;
    else low = middle + 1;
  }
  return low;
}
