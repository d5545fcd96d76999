import { columnLetters, styledText } from './cell.ts';
import { sheetFoot, sheetHead } from './sheet-frame.ts';
import { headerStyle, styles } from './styles.ts';
import { rowXml, type SheetColumn, type SheetRow } from './table-sheet.ts';

const lineHeight = 15;

/** A short table on the cover. */
export interface CoverTable {
  title: string;
  columns: readonly SheetColumn[];
  rows: readonly SheetRow[];
}

/** What the first sheet says. */
export interface Cover {
  title: string;
  facts: readonly { label: string; value: string }[];
  /** A sentence below the facts. */
  remark?: string | undefined;
  tables: readonly CoverTable[];
}

/** A sheet to be read: title, facts, a remark, and short tables one below the other. */
export function coverSheet({ title, facts, remark, tables }: Cover): string {
  const rows: string[] = [];
  const widthsCharacters = widths(facts, tables);
  const add = (cells: (number: number) => string, lines = 1) => {
    const number = rows.length + 1;
    const height = lines === 1 ? '' : ` ht="${lines * lineHeight}" customHeight="1"`;
    rows.push(`<row r="${number}"${height}>${cells(number)}</row>`);
  };
  const gap = () => add(() => '');

  add((number) => styledText(`A${number}`, styles.title, title));
  gap();
  for (const { label, value } of facts) {
    add(
      (number) =>
        styledText(`A${number}`, styles.heading, label) + styledText(`B${number}`, styles.text, value),
    );
  }
  if (remark !== undefined) {
    gap();
    add((number) => styledText(`A${number}`, styles.heading, remark));
  }
  for (const table of tables) {
    gap();
    add((number) => styledText(`A${number}`, styles.heading, table.title));
    add(
      (number) =>
        table.columns
          .map(({ title: name, kind }, index) =>
            styledText(columnLetters(index) + number, headerStyle(kind), name),
          )
          .join(''),
      Math.max(
        ...table.columns.map(({ title: name }, index) => wrappedLines(name, widthsCharacters[index] ?? 0)),
      ),
    );
    const placed = table.columns.map(({ kind }, index) => ({ kind, letters: columnLetters(index) }));
    for (const row of table.rows) rows.push(rowXml(placed, rows.length + 1, row));
  }
  return sheetHead({ widthsCharacters, frozenRows: 0 }) + rows.join('') + sheetFoot({ title });
}

/** How many lines a header takes that breaks between its words; bold letters are wider than a column's characters. */
function wrappedLines(text: string, widthCharacters: number): number {
  const room = Math.max(1, Math.floor(widthCharacters * 0.85));
  let lines = 1;
  let used = 0;
  for (const word of text.split(' ')) {
    const wanted = used === 0 ? word.length : used + 1 + word.length;
    if (wanted > room && used > 0) lines += 1;
    used = wanted > room ? word.length : wanted;
  }
  return lines;
}

/** The tables share the sheet's columns: each is as wide as the widest of them wants it. */
function widths(facts: Cover['facts'], tables: Cover['tables']): number[] {
  const longestLabel = Math.max(0, ...facts.map(({ label }) => label.length));
  const all = [longestLabel + 4];
  for (const { columns } of tables) {
    for (const [index, { widthCharacters }] of columns.entries()) {
      all[index] = Math.max(all[index] ?? 0, widthCharacters);
    }
  }
  return all;
}
