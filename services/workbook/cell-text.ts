import { damagedWorkbook } from '../xml/damaged-workbook.ts';
import { type CellStyle, plainStyle } from './cell-style.ts';
import { type DayCount, numberText } from './number-text.ts';
import type { SharedStrings } from './shared-strings.ts';
import { unescapedText } from './unescaped-text.ts';

/** What a workbook's cells refer to. */
export interface CellContext extends DayCount {
  strings: SharedStrings;
  /** By the number that a cell gives. */
  styles: readonly CellStyle[];
}

/** What a cell says of its type. */
export type CellType = 'number' | 'shared' | 'text' | 'boolean' | 'error' | 'date';

const [digit0, digit9] = [48, 57];
const mostPlainDigits = 15;
const nothing = Buffer.alloc(0);

/** What a cell says, as text in UTF-8, from what stands in the file. Throws FileRejected. */
export function cellText(raw: Buffer, type: CellType, style: number, context: CellContext): Buffer {
  switch (type) {
    case 'number': {
      const known = context.styles[style] ?? plainStyle;
      if (known === plainStyle && isPlainNumber(raw)) return raw;
      return raw.length === 0 ? nothing : Buffer.from(numberText(raw.toString().trim(), known, context));
    }
    case 'shared':
      return raw.length === 0 ? nothing : sharedText(raw, context.strings);
    case 'boolean':
      return Buffer.from({ 0: 'FALSE', 1: 'TRUE' }[raw.toString()] ?? raw.toString());
    case 'date':
      return Buffer.from(raw.toString().replace(/^(\d{4}-\d\d-\d\d)T.*$/, '$1'));
    case 'error':
      return raw;
    case 'text':
      return unescapedText(raw);
  }
}

/** Whether it is a whole number that stands there as it would be shown. */
function isPlainNumber(raw: Buffer): boolean {
  if (raw.length > mostPlainDigits || (raw[0] === digit0 && raw.length > 1)) return false;
  return raw.every((byte) => byte >= digit0 && byte <= digit9);
}

function sharedText(raw: Buffer, strings: SharedStrings): Buffer {
  let number = 0;
  for (const byte of raw)
    number = byte >= digit0 && byte <= digit9 ? 10 * number + byte - digit0 : Number.NaN;
  const text = strings.get(number);
  if (text === undefined) {
    throw damagedWorkbook('a cell refers to a text that there is not');
  }
  return text;
}
