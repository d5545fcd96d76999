import { xmlText } from './xml-text.ts';

const namespace = 'http://schemas.openxmlformats.org/spreadsheetml/2006/main';

/** What stands before the rows of a sheet: its view, with rows that stay in sight, and the widths of its columns. */
export function sheetHead({
  widthsCharacters,
  frozenRows,
}: {
  widthsCharacters: readonly number[];
  frozenRows: number;
}): string {
  const pane =
    frozenRows === 0
      ? ''
      : `<pane ySplit="${frozenRows}" topLeftCell="A${frozenRows + 1}" activePane="bottomLeft" state="frozen"/>`;
  const columns = widthsCharacters.map((width, index) => {
    const place = index + 1;
    return `<col min="${place}" max="${place}" width="${width}" customWidth="1"/>`;
  });
  return [
    `<?xml version="1.0" encoding="UTF-8" standalone="yes"?>\n<worksheet xmlns="${namespace}">`,
    '<sheetPr><pageSetUpPr fitToPage="1"/></sheetPr>',
    `<sheetViews><sheetView showGridLines="${frozenRows === 0 ? 0 : 1}" workbookViewId="0">${pane}</sheetView></sheetViews>`,
    `<sheetFormatPr defaultRowHeight="15"/><cols>${columns.join('')}</cols><sheetData>`,
  ].join('');
}

/**
 * What stands behind the rows: filters over `filtered`, such as `A1:C9`, and how the sheet is printed: wide, as many
 * pages long as it needs, numbered. Numbers that are text on purpose, such as codes with leading zeros, are no mistake.
 */
export function sheetFoot({ filtered, title }: { filtered?: string; title: string }): string {
  const filter = filtered === undefined ? '' : `<autoFilter ref="${filtered}"/>`;
  const mistakes =
    filtered === undefined
      ? ''
      : `<ignoredErrors><ignoredError sqref="${filtered}" numberStoredAsText="1"/></ignoredErrors>`;
  return [
    `</sheetData>${filter}`,
    '<pageMargins left="0.4" right="0.4" top="0.5" bottom="0.6" header="0.3" footer="0.3"/>',
    '<pageSetup paperSize="9" orientation="landscape" fitToWidth="1" fitToHeight="0"/>',
    `<headerFooter><oddFooter>&amp;L${xmlText(title.replaceAll('&', '&&'))}&amp;RPage &amp;P of &amp;N</oddFooter></headerFooter>`,
    `${mistakes}</worksheet>`,
  ].join('');
}
