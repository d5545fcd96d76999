import { xmlText } from './xml-text.ts';

/** A sheet as the workbook lists it. */
export interface WorkbookSheet {
  name: string;
  /** The cells of a table with its header, such as `A1:C9`; left out: the sheet is none. */
  table?: string;
}

const head = '<?xml version="1.0" encoding="UTF-8" standalone="yes"?>\n';
const office = 'http://schemas.openxmlformats.org/officeDocument/2006/relationships';
const packages = 'http://schemas.openxmlformats.org/package/2006';
const spreadsheet = 'application/vnd.openxmlformats-officedocument.spreadsheetml';

/** The file of a sheet, counted from 0, in the order in which the workbook shows them. */
export function sheetFile(index: number): string {
  return `xl/worksheets/sheet${index + 1}.xml`;
}

/** The files of a workbook that say which sheets there are, by name. */
export function workbookParts({
  title,
  sheets,
}: {
  title: string;
  sheets: readonly WorkbookSheet[];
}): Record<string, string> {
  return {
    'docProps/core.xml': `${head}<cp:coreProperties xmlns:cp="${packages}/metadata/core-properties" xmlns:dc="http://purl.org/dc/elements/1.1/"><dc:title>${xmlText(title)}</dc:title><dc:language>en-GB</dc:language></cp:coreProperties>`,
    'xl/workbook.xml': `${head}<workbook xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main" xmlns:r="${office}"><sheets>${sheets
      .map(
        ({ name }, index) =>
          `<sheet name="${attribute(name)}" sheetId="${index + 1}" r:id="rId${index + 1}"/>`,
      )
      .join('')}</sheets>${definedNames(sheets)}</workbook>`,
    'xl/_rels/workbook.xml.rels': relationships([
      ...sheets.map((_, index) => [`${office}/worksheet`, `worksheets/sheet${index + 1}.xml`] as const),
      [`${office}/styles`, 'styles.xml'],
    ]),
    '_rels/.rels': relationships([
      [`${office}/officeDocument`, 'xl/workbook.xml'],
      [`${packages}/relationships/metadata/core-properties`, 'docProps/core.xml'],
    ]),
    '[Content_Types].xml': `${head}<Types xmlns="${packages}/content-types"><Default Extension="rels" ContentType="application/vnd.openxmlformats-package.relationships+xml"/><Default Extension="xml" ContentType="application/xml"/>${[
      ['/xl/workbook.xml', `${spreadsheet}.sheet.main+xml`],
      ['/xl/styles.xml', `${spreadsheet}.styles+xml`],
      ['/docProps/core.xml', 'application/vnd.openxmlformats-package.core-properties+xml'],
      ...sheets.map((_, index) => [`/${sheetFile(index)}`, `${spreadsheet}.worksheet+xml`]),
    ]
      .map(([part, type]) => `<Override PartName="${part}" ContentType="${type}"/>`)
      .join('')}</Types>`,
  };
}

/** Filters stand here once more, for programs that look only here; and the header is printed on every page. */
function definedNames(sheets: readonly WorkbookSheet[]): string {
  const names = sheets.flatMap(({ name, table }, index) => {
    if (table === undefined) return [];
    const sheet = `'${name.replaceAll("'", "''")}'`;
    const cells = table.replaceAll(/([A-Z]+)(\d+)/g, '$$$1$$$2');
    return [
      `<definedName name="_xlnm._FilterDatabase" localSheetId="${index}" hidden="1">${xmlText(`${sheet}!${cells}`)}</definedName>`,
      `<definedName name="_xlnm.Print_Titles" localSheetId="${index}">${xmlText(`${sheet}!$1:$1`)}</definedName>`,
    ];
  });
  return names.length === 0 ? '' : `<definedNames>${names.join('')}</definedNames>`;
}

function relationships(links: readonly (readonly [type: string, target: string])[]): string {
  const all = links.map(
    ([type, target], index) => `<Relationship Id="rId${index + 1}" Type="${type}" Target="${target}"/>`,
  );
  return `${head}<Relationships xmlns="${packages}/relationships">${all.join('')}</Relationships>`;
}

function attribute(text: string): string {
  return xmlText(text).replaceAll('"', '&quot;');
}
