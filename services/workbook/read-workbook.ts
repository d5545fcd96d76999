import { FileRejected } from '../files/file-rejected.ts';
import type { CellStyle } from './cell-style.ts';
import { readRelations, relationsPart } from './read-relations.ts';
import { readSheets } from './read-sheets.ts';
import { readStyles } from './read-styles.ts';

/** Small parts of a workbook, by their names in lower case. */
export type WorkbookParts = Record<string, Uint8Array>;

/** What must be known of a workbook before its sheet can be read. */
export interface WorkbookFacts {
  sheet: { name: string; part: string };
  /** The names of the other sheets that are shown. */
  otherSheets: string[];
  /** Where the texts stand that are kept apart from cells, if there are any. */
  stringsPart?: string;
  from1904: boolean;
  styles: CellStyle[];
}

/** Finds the first sheet that is shown, and what its cells refer to. Throws FileRejected. */
export function readWorkbook(parts: WorkbookParts): WorkbookFacts {
  const whole = readRelations(part(parts, relationsPart('')), '');
  const main = whole.find(({ type }) => type === 'officeDocument')?.target ?? '';
  const { sheets, from1904 } = readSheets(part(parts, main));
  const relations = readRelations(part(parts, relationsPart(main)), main);
  const [sheet, ...others] = sheets
    .filter(({ isHidden }) => !isHidden)
    .flatMap(({ name, relation }) => {
      const found = relations.find(({ id, type }) => id === relation && type === 'worksheet');
      return found === undefined ? [] : [{ name, part: found.target }];
    });
  if (sheet === undefined) {
    throw new FileRejected(
      'The workbook has no sheet with cells: put the properties on its first sheet, and upload it again',
    );
  }
  const target = (wanted: string) => relations.find(({ type }) => type === wanted)?.target;
  const [styles, strings] = [target('styles'), target('sharedStrings')];
  return {
    sheet,
    otherSheets: others.map(({ name }) => name),
    ...(strings === undefined ? {} : { stringsPart: strings }),
    from1904,
    styles: styles === undefined ? [] : readStyles(part(parts, styles)),
  };
}

function part(parts: WorkbookParts, name: string): Uint8Array {
  const found = parts[name.toLowerCase()];
  if (found !== undefined) return found;
  throw lacksPart(name);
}

/** The refusal of a workbook that refers to a part which is not there. */
export function lacksPart(name: string): FileRejected {
  return new FileRejected(
    'The workbook lacks a part of itself: open it in Excel, save it again, and upload it again',
    { cause: new Error(`There is no ${name}`) },
  );
}
