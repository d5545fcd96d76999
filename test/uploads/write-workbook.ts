import { writeZip, type ZipContent } from './write-zip.ts';

/** A workbook by the XML of its parts; what is left out is what every workbook has. */
export interface WorkbookXml {
  /** The rows of the first sheet. */
  rows: string;
  /** Texts that cells refer to, as the elements inside `si`. Default: there is no such part. */
  strings?: string[];
  /** Codes of number formats: a cell of style 1 has the first one. */
  formats?: string[];
  /** Default: a number counts days from 1900. */
  from1904?: boolean;
  /** Sheets in their order: the first has the rows, the others are empty. Default: one that is called Sheet1. */
  sheets?: { name: string; state?: 'hidden' | 'veryHidden' }[];
  /** Stands before the sheet's XML. Default: what every XML begins with. */
  prolog?: string;
  /** Parts that are something else, or left out. */
  instead?: Record<string, string | undefined>;
}

const main = 'http://schemas.openxmlformats.org/spreadsheetml/2006/main';
const relationships = 'http://schemas.openxmlformats.org/officeDocument/2006/relationships';
const declaration = '<?xml version="1.0" encoding="UTF-8" standalone="yes"?>\r\n';
const firstOwnFormat = 164;

/** Makes a workbook. */
export function writeWorkbook(workbook: WorkbookXml): Buffer {
  const parts: Record<string, string | undefined> = { ...partsOf(workbook), ...workbook.instead };
  const contents = Object.entries(parts).flatMap(([name, content]): ZipContent[] =>
    content === undefined ? [] : [{ name, content }],
  );
  return writeZip(...contents);
}

function partsOf(workbook: WorkbookXml): Record<string, string> {
  const { rows, strings, formats = [], from1904 = false, sheets = [{ name: 'Sheet1' }] } = workbook;
  const { prolog = declaration } = workbook;
  const styles = formats.map((_, index) => `<xf numFmtId="${firstOwnFormat + index}"/>`).join('');
  const codes = formats
    .map((code, index) => `<numFmt numFmtId="${firstOwnFormat + index}" formatCode="${attribute(code)}"/>`)
    .join('');
  const listed = sheets
    .map(({ name, state }, index) => {
      const hidden = state === undefined ? '' : ` state="${state}"`;
      return `<sheet name="${attribute(name)}" sheetId="${index + 1}" r:id="rId${index + 1}"${hidden}/>`;
    })
    .join('');
  const relations = [
    ...sheets.map((_, index) => relation(`rId${index + 1}`, 'worksheet', `worksheets/sheet${index + 1}.xml`)),
    relation('rIdS', 'styles', 'styles.xml'),
    ...(strings === undefined ? [] : [relation('rIdT', 'sharedStrings', '/xl/sharedStrings.xml')]),
  ];
  return {
    '[Content_Types].xml': '<Types/>',
    '_rels/.rels': relationsXml([relation('rId1', 'officeDocument', 'xl/workbook.xml')]),
    'xl/workbook.xml':
      `${declaration}<workbook xmlns="${main}" xmlns:r="${relationships}">` +
      `<workbookPr${from1904 ? ' date1904="1"' : ''}/><sheets>${listed}</sheets></workbook>`,
    'xl/_rels/workbook.xml.rels': relationsXml(relations),
    'xl/styles.xml':
      `<styleSheet xmlns="${main}"><numFmts>${codes}</numFmts>` +
      `<cellStyleXfs><xf numFmtId="14"/></cellStyleXfs><cellXfs><xf numFmtId="0"/>${styles}</cellXfs></styleSheet>`,
    ...(strings === undefined
      ? {}
      : {
          'xl/sharedStrings.xml': `${declaration}<sst xmlns="${main}">${strings.map((text) => `<si>${text}</si>`).join('')}</sst>`,
        }),
    ...Object.fromEntries(
      sheets.map((_, index) => [
        `xl/worksheets/sheet${index + 1}.xml`,
        `${prolog}<worksheet xmlns="${main}"><dimension ref="A1"/><sheetData>${index === 0 ? rows : ''}</sheetData></worksheet>`,
      ]),
    ),
  };
}

/** Rows of cells with texts of their own, from a row on. */
export function textRows(rows: readonly (readonly string[])[], from = 1): string {
  return rows
    .map((cells, index) => `<row r="${from + index}">${cells.map((text) => textCell(text)).join('')}</row>`)
    .join('');
}

/** A cell with a text of its own. */
export function textCell(text: string): string {
  return `<c t="inlineStr"><is><t>${escaped(text)}</t></is></c>`;
}

/** A text as XML has it. */
export function escaped(text: string): string {
  return text.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('\r', '&#13;');
}

function attribute(text: string): string {
  return escaped(text).replaceAll('"', '&quot;');
}

function relation(id: string, type: string, target: string): string {
  return `<Relationship Id="${id}" Type="${relationships}/${type}" Target="${target}"/>`;
}

function relationsXml(relations: readonly string[]): string {
  return `${declaration}<Relationships>${relations.join('')}</Relationships>`;
}
