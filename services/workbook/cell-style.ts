/**
 * What a cell's style makes of its number: 0 nothing, more than 0 a number of so many digits, with zeros in front;
 * else a date or a time.
 */
export type CellStyle = number;

export const plainStyle: CellStyle = 0;
export const dateStyle: CellStyle = -1;
export const timeStyle: CellStyle = -2;

/** The style of a number format. It is one of those that every program knows by number, or has a code of its own. */
export function cellStyle(formatNumber: number, code?: string): CellStyle {
  return code === undefined ? builtInStyle(formatNumber) : styleOfCode(code);
}

function builtInStyle(number: number): CellStyle {
  if ((number >= 18 && number <= 21) || (number >= 45 && number <= 47)) return timeStyle;
  // The latter are dates in some languages, and nothing in the others.
  const isDate =
    (number >= 14 && number <= 22) || (number >= 27 && number <= 36) || (number >= 50 && number <= 58);
  return isDate ? dateStyle : plainStyle;
}

function styleOfCode(code: string): CellStyle {
  if (/^0{2,30}$/.test(code)) return code.length;
  // What stands in quotes, behind a backslash, or in brackets that measure no time, is shown as it is or is a colour.
  const letters = code.replaceAll(/"[^"]*"?|[\\_*].|\[(?!(?:h+|m+|s+)\])[^\]]*\]/gi, '').split(';')[0];
  if (/general/i.test(letters ?? '')) return plainStyle;
  if (/[dy]/i.test(letters ?? '')) return dateStyle;
  if (/[hs]/i.test(letters ?? '')) return timeStyle;
  return /m/i.test(letters ?? '') ? dateStyle : plainStyle;
}
