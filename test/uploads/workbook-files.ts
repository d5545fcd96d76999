import { columns, type NastyFile, row, type StoredProperty, stored, table } from './nasty-file.ts';
import { textCell, textRows, type WorkbookXml, writeWorkbook } from './write-workbook.ts';
import { writeZip } from './write-zip.ts';

const simple = { rows: textRows(table({ row_reference: 'A', uprn: '1' })) };
const workbook = writeWorkbook(simple);
const one = [stored({ row_reference: 'A', uprn: 1 })];
const reportHeader = `${columns.join(',')},row_number,errors`;
const rest = 'FLAT,LEASEHOLD,NO_LICENSING,no,no,yes,yes';

/** A workbook of good rows whose row_reference is each of these cells, and what is stored of them. */
function cells(
  known: readonly (readonly [xml: string, text: string])[],
  options: Omit<WorkbookXml, 'rows'> = {},
): { content: Buffer; loads: StoredProperty[] } {
  const rows = known.map(
    ([xml], index) =>
      `<row r="${index + 2}">${xml}<c><v>${index + 1}</v></c>${row({}).slice(2).map(textCell).join('')}</row>`,
  );
  return {
    content: writeWorkbook({ ...options, rows: textRows([columns]) + rows.join('') }),
    loads: known
      .map(([, text], index) => stored({ row_reference: text, uprn: index + 1 }))
      .toSorted((a, b) =>
        Buffer.compare(Buffer.from(String(a.row_reference)), Buffer.from(String(b.row_reference))),
      ),
  };
}

/** Cells of every type. */
const typed: NastyFile[] = [
  {
    with: 'texts that its cells share, in several fonts and with reading aids',
    ...cells(
      [
        ['<c r="A2" t="s"><v>0</v></c>', 'A'],
        ['<c r="A3" t="s"><v>1</v></c>', '1 Café & £'],
        ['<c r="A4" t="s"><v>3</v></c>', 'a\rb _x000D_ _'],
        ['<c r="A5" t="s"><v>4</v></c>', 'two\nlines'],
      ],
      {
        strings: [
          '<t>A</t>',
          '<r><rPr><b/></rPr><t xml:space="preserve">1 </t></r><r><t>Café &amp; &#163;</t></r>' +
            '<rPh sb="0" eb="1"><t>x</t></rPh><phoneticPr/>',
          '',
          '<t>a_x000D_b _x005F_x000D_ _</t>',
          '<t>two\r\nlines</t>',
        ],
      },
    ),
  },
  {
    with: 'texts of its own and those of formulas',
    ...cells([
      ['<c t="inlineStr"><is><r><t>A</t></r><r><t>B</t></r></is></c>', 'AB'],
      ['<c t="str"><f>"x"&amp;"&lt;"</f><v>x&lt;</v></c>', 'x<'],
      ['<c><f>1+1</f><v>2</v></c>', '2'],
      ['<c t="inlineStr"><is><t><![CDATA[<&>]]></t></is></c>', '<&>'],
      ['<c t="b"><v>1</v></c>', 'TRUE'],
      ['<c t="b"><v>0</v></c>', 'FALSE'],
    ]),
  },
  {
    with: 'numbers, without the noise that they are stored with',
    ...cells(
      [
        ['<c><v>0.30000000000000004</v></c>', '0.3'],
        ['<c><v>1E+05</v></c>', '100000'],
        ['<c><v>1.0023336956E11</v></c>', '100233369560'],
        ['<c><v>100023336956</v></c>', '100023336956'],
        ['<c><v>950.10000000000002</v></c>', '950.1'],
        ['<c><v>-0</v></c>', '0'],
        ['<c><v>12345678901234567890</v></c>', '1.23456789012346E+19'],
        ['<c><v>007</v></c>', '7'],
        ['<c><v>nonsense</v></c>', 'nonsense'],
        ['<c s="1"><v>123</v></c>', '00123'],
        ['<c s="2"><v>1250.5</v></c>', '1250.5'],
        ['<c s="3"><v>5</v></c>', '5'],
      ],
      { formats: ['00000', '[Red]"£"#,##0.00\\d', '0.00 "days"'] },
    ),
  },
  {
    with: 'dates, told by the formats of their cells',
    ...cells(
      [
        ['<c s="1"><v>45413</v></c>', '2024-05-01'],
        ['<c s="2"><v>45413.999999999996</v></c>', '2024-05-02'],
        ['<c s="3"><v>45415.75</v></c>', '2024-05-03'],
        ['<c s="1"><v>1</v></c>', '1900-01-01'],
        ['<c s="1"><v>60</v></c>', '1900-02-29'],
        ['<c s="1"><v>61</v></c>', '1900-03-01'],
        ['<c s="4"><v>0.75</v></c>', '18:00:00'],
        ['<c s="5"><v>1.5</v></c>', '36:00:00'],
        ['<c s="1"><v>-1</v></c>', '-1'],
        ['<c s="1"><v>2958466</v></c>', '2958466'],
        ['<c t="d"><v>2024-06-07T00:00:00</v></c>', '2024-06-07'],
        ['<c s="1"><v>?</v></c>', '?'],
      ],
      { formats: ['[$-809]dd mmmm yyyy;@', 'yyyy\\-mm\\-dd', 'd/m/yy hh:mm', 'h:mm AM/PM', '[h]:mm:ss'] },
    ),
  },
  {
    with: 'dates that count from 1904',
    ...cells(
      [
        ['<c s="1"><v>0</v></c>', '1904-01-01'],
        ['<c s="1"><v>43951</v></c>', '2024-05-01'],
      ],
      { formats: ['dd/mm/yyyy'], from1904: true },
    ),
  },
  {
    with: 'errors in cells',
    content: writeWorkbook({
      rows:
        textRows([['note', ...columns]]) +
        `<row r="2"><c t="e"><v>#N/A</v></c>${row({ row_reference: 'A', uprn: '1' }).map(textCell).join('')}</row>` +
        `<row r="3"><c/>${row({ row_reference: 'B', uprn: '2' }).slice(0, 2).map(textCell).join('')}` +
        `<c t="e"><f>1/0</f><v>#DIV/0!</v></c>${row({}).slice(3).map(textCell).join('')}</row>`,
    }),
    loads: one,
    reports: [
      `note,${reportHeader}`,
      `,B,2,#DIV/0!,${rest},3,address_line_1: is an error of the spreadsheet (#DIV/0!)`,
      '',
    ],
    warns: ['Column "note" is unknown and ignored'],
  },
];

/** Sheets of other shapes. */
const shaped: NastyFile[] = [
  { with: 'a workbook', content: workbook, loads: one },
  {
    with: 'a title and gaps above the header, and rows that keep their number',
    content: writeWorkbook({
      rows:
        textRows([['Our properties']], 2) +
        textRows([columns], 5) +
        textRows([row({ row_reference: 'A', uprn: '1' })], 7) +
        '<row r="8"><c s="0"/><c r="F8"><v></v></c></row>' +
        textRows([row({ row_reference: '=1+1', uprn: 'x' })], 9) +
        textRows([[...row({ row_reference: 'C', uprn: '3' }), '', 'a note']], 12),
    }),
    loads: one,
    reports: [
      reportHeader,
      `'=1+1,x,,${rest},9,uprn: is no number of the right length (1 to 12 digits)`,
      `C,3,,${rest},12,"row: has too many cells (12 instead of 10, 2 left out here)"`,
      '',
    ],
    warns: ['One line above the header on line 5 is ignored'],
  },
  {
    with: 'rows that end early, as their last cells are empty',
    content: writeWorkbook({
      rows: textRows(
        [[...columns, 'joint_landlord_emails'], row({ row_reference: 'A', uprn: '1' })].map((cells) => [
          ...cells,
        ]),
      ),
    }),
    loads: one,
  },
  {
    with: 'a prefix before all its elements, and neither rows nor cells that say where they stand',
    content: writeWorkbook({
      rows: '',
      instead: {
        'xl/worksheets/sheet1.xml': `\ufeff<x:worksheet xmlns:x="main"><x:sheetData>${simple.rows
          .replaceAll(/ r="\d+"/g, '')
          .replaceAll('</', '</x:')
          .replaceAll(/<(?!\/)/g, '<x:')}</x:sheetData></x:worksheet>`,
      },
    }),
    loads: one,
  },
  {
    with: 'form controls that have rows of their own',
    content: writeWorkbook({
      rows: '',
      instead: {
        'xl/worksheets/sheet1.xml':
          `<worksheet><sheetData>${simple.rows}</sheetData><controls><control><anchor><from>` +
          '<row>99</row></from></anchor></control></controls></worksheet>',
      },
    }),
    loads: one,
  },
  {
    with: 'a hidden sheet before the first, and others behind it',
    content: writeWorkbook({
      ...simple,
      sheets: [
        { name: 'Properties' },
        { name: 'Codes & more', state: 'hidden' },
        { name: 'Old' },
        { name: 'Notes "2"' },
      ],
    }),
    loads: one,
    warns: ['Only the first sheet, "Properties", was read, not "Old", "Notes \\"2\\""'],
  },
  {
    with: 'a workbook inside a ZIP',
    content: writeZip({ name: '__MACOSX/._p.xlsx', content: 'x' }, { name: 'p.xlsx', content: workbook }),
    loads: one,
  },
];

const damaged = 'The workbook is damaged: open it in Excel, save it again, and upload it again';
const lacking = 'The workbook lacks a part of itself: open it in Excel, save it again, and upload it again';
const sheet = (xml: string) => writeWorkbook({ rows: '', instead: { 'xl/worksheets/sheet1.xml': xml } });
const bomb =
  '<!DOCTYPE x [<!ENTITY a "ha"><!ENTITY b "&a;&a;&a;&a;&a;&a;&a;&a;">]><worksheet><sheetData><row><c t="str"><v>&b;</v></c></row></sheetData></worksheet>';

/** Workbooks that are refused. */
const refused: NastyFile[] = [
  {
    with: 'entities that grow without end',
    content: sheet(bomb),
    isRejected:
      'The workbook has a document type definition, which no spreadsheet program writes: open it in Excel, save it ' +
      'again, and upload it again',
  },
  { with: 'XML that ends too early', content: sheet('<worksheet><sheetData>'), isRejected: damaged },
  {
    with: 'elements that end in another order than they begin',
    content: sheet('<worksheet><sheetData></worksheet></sheetData>'),
    isRejected: damaged,
  },
  {
    with: 'elements nested without end',
    content: sheet('<a>'.repeat(1000)),
    isRejected: damaged,
  },
  {
    with: 'a reference that XML does not know',
    content: writeWorkbook({ rows: '<row><c t="str"><v>&nbsp;</v></c></row>' }),
    isRejected: damaged,
  },
  {
    with: 'rows that go backwards',
    content: writeWorkbook({ rows: '<row r="5"/><row r="4"/>' }),
    isRejected: damaged,
  },
  {
    with: 'a row beyond the last',
    content: writeWorkbook({ rows: '<row r="1048577"/>' }),
    isRejected: damaged,
  },
  {
    with: 'two cells in the same place',
    content: writeWorkbook({ rows: '<row><c r="B1"/><c r="B1"/></row>' }),
    isRejected: damaged,
  },
  {
    with: 'cells in the millionth column',
    content: writeWorkbook({ rows: '<row><c r="BDWGN1" t="str"><v>x</v></c></row>' }),
    isRejected: 'The sheet has more than 16384 columns: delete those without properties, and upload it again',
  },
  {
    with: 'a text that it does not have',
    content: writeWorkbook({ strings: ['<t>x</t>'], rows: '<row><c t="s"><v>1</v></c></row>' }),
    isRejected: damaged,
  },
  {
    with: 'a text of a megabyte that its cells share',
    content: writeWorkbook({ strings: [`<t>${'x y '.repeat(250_000)}</t>`], rows: '' }),
    isRejected:
      'The workbook has a cell of more than 32,767 characters, more than Excel allows: shorten it and upload the ' +
      'workbook again',
  },
  {
    with: 'no row on its first sheet',
    content: writeWorkbook({ rows: '', sheets: [{ name: 'Empty' }, { name: 'Full' }] }),
    isRejected: 'The file is empty: it has no line that is not blank',
  },
  {
    with: 'hidden sheets only',
    content: writeWorkbook({ ...simple, sheets: [{ name: 'A', state: 'veryHidden' }] }),
    isRejected:
      'The workbook has no sheet with cells: put the properties on its first sheet, and upload it again',
  },
  {
    with: 'a sheet that is not there',
    content: writeWorkbook({ ...simple, instead: { 'xl/worksheets/sheet1.xml': undefined } }),
    isRejected: lacking,
  },
  {
    with: 'no list of its sheets',
    content: writeWorkbook({ ...simple, instead: { 'xl/workbook.xml': undefined } }),
    isRejected: lacking,
  },
  {
    with: 'a ZIP inside a ZIP',
    content: writeZip({ name: 'a.zip', content: writeZip({ name: 'a.csv', content: 'x' }) }),
    isRejected: 'The ZIP holds another ZIP: unpack it and upload the spreadsheet itself, or a ZIP of it',
  },
];

export const workbookFiles: NastyFile[] = [...shaped, ...typed, ...refused];
