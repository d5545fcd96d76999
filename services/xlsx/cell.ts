import { styles } from './styles.ts';
import { needsSpace, xmlText } from './xml-text.ts';

/** What a spreadsheet can tell apart. Numbers, days and moments are numbers there, days since the end of 1899. */
export type CellKind = 'text' | 'whole' | 'date' | 'time' | 'yes-no';

/** The last serial of Excel's January and February 1900, which it counts by a day that never was. */
const lastWrongSerial = 60;

/**
 * One cell's XML from its value as text: digits for numbers and serials of days, `t` or `f` for yes-no. Text is a string
 * by type, so none is run as a formula. A null is no cell.
 */
export function cellXml(kind: CellKind, place: string, value: string | null): string {
  if (value === null) return '';
  switch (kind) {
    case 'text':
      return styledText(place, styles.text, value);
    case 'whole':
      return `<c r="${place}" s="${styles.whole}"><v>${value}</v></c>`;
    case 'date':
    case 'time':
      if (Number(value) <= lastWrongSerial) return styledText(place, styles.text, isoDay(Number(value)));
      return `<c r="${place}" s="${styles[kind]}"><v>${value}</v></c>`;
    case 'yes-no':
      return `<c r="${place}" s="${styles.yesNo}" t="b"><v>${value === 't' ? 1 : 0}</v></c>`;
  }
}

/** A cell of text in one of the looks. */
export function styledText(place: string, style: number, text: string): string {
  const space = needsSpace(text) ? ' xml:space="preserve"' : '';
  return `<c r="${place}" s="${style}" t="inlineStr"><is><t${space}>${xmlText(text)}</t></is></c>`;
}

/** The letters of a column, counted from 0: A, B … Z, AA. */
export function columnLetters(index: number): string {
  const before = Math.floor(index / 26) - 1;
  return (before >= 0 ? columnLetters(before) : '') + String.fromCharCode(65 + (index % 26));
}

function isoDay(serial: number): string {
  return new Date(Date.UTC(1899, 11, 30) + Math.floor(serial) * 86_400_000).toISOString().slice(0, 10);
}
