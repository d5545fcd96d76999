const [digit0, digit9] = [48, 57];
const [letterA, letterZ] = [65, 90];
const toUpperCase = 0xdf;

/** A whole number in ASCII; NaN for anything else. */
export function numberOf(bytes: Uint8Array, start: number, end: number): number {
  if (start === end) return Number.NaN;
  let number = 0;
  for (let at = start; at < end; at += 1) {
    const byte = bytes[at] as number;
    if (byte < digit0 || byte > digit9) return Number.NaN;
    number = 10 * number + byte - digit0;
  }
  return number;
}

/** The number of a cell's column, from 1 on, by its reference such as `AB12`; NaN if it begins with no letter. */
export function columnOf(bytes: Uint8Array, start: number, end: number): number {
  let column = 0;
  for (let at = start; at < end; at += 1) {
    const letter = (bytes[at] as number) & toUpperCase;
    if (letter < letterA || letter > letterZ) break;
    column = 26 * column + letter - letterA + 1;
  }
  return column === 0 ? Number.NaN : column;
}
