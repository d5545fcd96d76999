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
  const { prefix, delimiter, limit } = query;
  const page: KeyPage = { keys: [], positions: [], prefixes: [], last: undefined };
  if (limit === 0) return page;
  const after = Buffer.from(query.after);
  let last = '';
  for (const [position, key] of sorted.entries()) {
    if (!key.startsWith(prefix)) continue;
    if (
      query.startAt === undefined ? Buffer.compare(Buffer.from(key), after) <= 0 : position < query.startAt
    ) {
      continue;
    }
    const end = delimiter === '' ? -1 : key.indexOf(delimiter, prefix.length);
    const common = end < 0 ? undefined : key.slice(0, end + delimiter.length);
    if (common !== undefined && (common === query.after || common === page.prefixes.at(-1))) continue;
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
