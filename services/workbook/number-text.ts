import { type CellStyle, dateStyle, plainStyle } from './cell-style.ts';

/** How a workbook counts days: from 1900, or from 1904 as old ones of the Macintosh do. */
export interface DayCount {
  from1904: boolean;
}

/** Excel computes with so many digits; what stands behind them is noise. */
const exactDigits = 15;
const daySeconds = 24 * 60 * 60;
/** Of days since 1900: 1 January 1904, and 1 January 10000, which Excel cannot show any more. */
const [firstOf1904, firstOf10000] = [1462, 2_958_466];
/** Excel believes that 1900 was a leap year, and so counts this day, which there was not. */
const leapDayOf1900 = 60;

/**
 * What a cell with a number says: as few digits as mean it, with an exponent only where it has more digits than Excel
 * keeps, and so is wrong; a date as YYYY-MM-DD, a time without date as HH:MM:SS. What is no number stays as it is.
 */
export function numberText(raw: string, style: CellStyle, { from1904 }: DayCount): string {
  const value = /^[-+]?(\d+\.?\d*|\.\d+)(e[-+]?\d+)?$/i.test(raw) ? Number(raw) : Number.NaN;
  if (!Number.isFinite(value)) return raw;
  const text = plainText(value);
  if (style > 0) return /^\d+$/.test(text) ? text.padStart(style, '0') : text;
  // Rounded, since a day is a number that has noise of its own.
  const seconds = Math.round((from1904 ? value + firstOf1904 : value) * daySeconds);
  if (style === dateStyle && seconds >= daySeconds) return dateText(Math.floor(seconds / daySeconds)) ?? text;
  if (style === plainStyle || seconds < 0) return text;
  return timeText(seconds);
}

function plainText(value: number): string {
  const exact = Number(value.toPrecision(exactDigits));
  if (Math.abs(exact) >= 10 ** exactDigits) return exact.toExponential().toUpperCase();
  return String(exact === 0 ? 0 : exact);
}

function dateText(day: number): string | undefined {
  if (day >= firstOf10000) return undefined;
  if (day === leapDayOf1900) return '1900-02-29';
  const date = new Date(Date.UTC(1899, 11, day < leapDayOf1900 ? 31 : 30));
  date.setUTCDate(date.getUTCDate() + day);
  return date.toISOString().slice(0, 10);
}

function timeText(seconds: number): string {
  return [Math.floor(seconds / 3600), Math.floor(seconds / 60) % 60, seconds % 60]
    .map((part) => String(part).padStart(2, '0'))
    .join(':');
}
