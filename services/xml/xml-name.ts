const [colon, lt, gt, slash, equals] = [58, 60, 62, 47, 61];

/** A name of at most three bytes as a number, to be compared at the cost of one. */
export function xmlName(name: string): number {
  const bytes = Buffer.from(name);
  return shortName(bytes, 0, bytes.length);
}

/** The same of a name in bytes; 0 if it is longer. */
export function shortName(bytes: Uint8Array, start: number, end: number): number {
  if (end - start > 3) return 0;
  let code = 0;
  for (let at = start; at < end; at += 1) code = (code << 8) | (bytes[at] as number);
  return code;
}

/** Where a name starts without its prefix. */
export function behindPrefix(bytes: Uint8Array, start: number, end: number): number {
  for (let at = start; at < end; at += 1) if (bytes[at] === colon) return at + 1;
  return start;
}

/** The place behind a name. */
export function endOfName(bytes: Uint8Array, start: number, end: number): number {
  let at = start;
  while (at < end && !endsName(bytes[at] as number)) at += 1;
  return at;
}

function endsName(byte: number): boolean {
  if (byte > gt) return false;
  return byte === gt || byte === slash || byte === equals || byte === lt || isSpace(byte);
}

/** What XML takes for white space. */
export function isSpace(byte: number | undefined): boolean {
  return byte === 32 || byte === 9 || byte === 10 || byte === 13;
}

/** The place behind white space. */
export function behindSpace(bytes: Uint8Array, start: number, end: number): number {
  let at = start;
  while (at < end && isSpace(bytes[at])) at += 1;
  return at;
}
