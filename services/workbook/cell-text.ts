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
const letters: Record<string, CellType> = { s: 'shared', b: 'boolean', e: 'error', d: 'date' };
const typeOfByte = Array.from({ length: 256 }, (_, byte) => letters[String.fromCharCode(byte)] ?? 'number');

/** The type that a cell gives between two places: one letter but for texts of its own. */
export function cellType(bytes: Buffer, start: number, end: number): CellType {
  return end - start === 1 ? (typeOfByte[bytes[start] as number] as CellType) : 'text';
}

/** Whether a number stands between two places as it would be shown: the most do. */
export function isPlainNumber(bytes: Buffer, start: number, end: number): boolean {
  if (end - start > mostPlainDigits || (bytes[start] === digit0 && end - start > 1)) return false;
  for (let at = start; at < end; at += 1) {
    const byte = bytes[at] as number;
    if (byte < digit0 || byte > digit9) return false;
  }
  return true;
}

/** What a cell with a value of its own says, as text in UTF-8, from what stands in the file. */
export function cellText(
  raw: Buffer,
  { type, style, context }: { type: CellType; style: number; context: CellContext },
): Buffer {
  switch (type) {
    case 'number':
      return raw.length === 0
        ? raw
        : Buffer.from(numberText(raw.toString().trim(), context.styles[style] ?? plainStyle, context));
    case 'boolean':
      return Buffer.from({ 0: 'FALSE', 1: 'TRUE' }[raw.toString()] ?? raw.toString());
    case 'date':
      return Buffer.from(raw.toString().replace(/^(\d{4}-\d\d-\d\d)T.*$/, '$1'));
    case 'text':
      return unescapedText(raw);
    default:
      return raw;
  }
}
