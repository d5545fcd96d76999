import { type Cells, columns, type NastyFile, row, stored, table } from './nasty-file.ts';
import { encoded, writeDialect } from './write-dialect.ts';

const rows: Cells[] = [
  { row_reference: 'A', uprn: '1', address_line_1: 'Café, "Old" Road' },
  { row_reference: 'B', uprn: '2', address_line_1: 'Two\nlines' },
];
const loads = [
  stored({ row_reference: 'A', uprn: 1, address_line_1: 'Café, "Old" Road' }),
  stored({ row_reference: 'B', uprn: 2, address_line_1: 'Two\nlines' }),
];
const one = [stored({ row_reference: 'A', uprn: 1 })];
const mebi = 1024 * 1024;
const simple = table({ row_reference: 'A', uprn: '1' });
const commas = writeDialect(simple).toString();

/** Text that means what it should, in whatever dialect. */
const dialects: NastyFile[] = [
  { with: 'commas, quotes and CRLF', content: writeDialect(table(...rows)), loads },
  { with: 'semicolons', content: writeDialect(table(...rows), { separator: ';' }), loads },
  { with: 'tabs', content: writeDialect(table(...rows), { separator: '\t' }), loads },
  { with: 'vertical bars', content: writeDialect(table(...rows), { separator: '|' }), loads },
  {
    with: 'semicolons and every cell quoted',
    content: writeDialect(table(...rows), { separator: ';', quotes: 'all' }),
    loads,
  },
  { with: 'lone CRs as line ends', content: writeDialect(table(...rows), { lineEnd: '\r' }), loads },
  {
    with: 'UTF-16 and tabs, which Excel calls Unicode text',
    content: writeDialect(table(...rows), { separator: '\t', encoding: 'utf16le' }),
    loads,
  },
  {
    with: 'UTF-16 the other way round',
    content: writeDialect(table(...rows), { encoding: 'utf16be' }),
    loads,
  },
  { with: 'a byte order mark', content: writeDialect(table(...rows), { encoding: 'utf8-marked' }), loads },
  {
    with: 'semicolons in Windows-1252, as Excel writes CSV in much of Europe',
    content: writeDialect(table({ row_reference: '€1 – “A”', uprn: '1', address_line_1: 'Café' }), {
      separator: ';',
      encoding: 'windows-1252',
    }),
    loads: [stored({ row_reference: '€1 – “A”', uprn: 1, address_line_1: 'Café' })],
  },
  {
    with: "Excel's own line about the separator",
    content: `sep=;\r\n${writeDialect(simple, { separator: ';' })}`,
    loads: one,
    warns: ['One line above the header on line 2 is ignored'],
  },
  {
    with: 'semicolons, and lists of them inside quotes',
    content: writeDialect(
      [
        [...columns, 'joint_landlord_emails'],
        [...row({ row_reference: 'A', uprn: '1' }), 'a@example.org; b@example.org'],
      ],
      { separator: ';' },
    ),
    loads: [
      stored({ row_reference: 'A', uprn: 1, joint_landlord_emails: ['a@example.org', 'b@example.org'] }),
    ],
  },
];

/** Files whose header is not the first line. */
const titles: NastyFile[] = [
  {
    with: 'a title above the header',
    content: `Our properties\n${commas}`,
    loads: one,
    warns: ['One line above the header on line 2 is ignored'],
  },
  {
    with: 'a title, a date with commas and blank lines above the header',
    content: `Our properties,,,\n\n"Printed on 1 May, 2026,\nby hand",,\n\n${commas}`,
    loads: one,
    warns: ['2 lines above the header on line 6 are ignored'],
  },
  {
    with: 'a note above the header that names most of the columns',
    content: `Fill in: row_reference, property_type, ownership_type, licensing_type, is_occupied\n${commas}`,
    loads: one,
    warns: ['One line above the header on line 2 is ignored'],
  },
  {
    with: 'a title above the header, and bad rows that keep their line',
    content: `Our properties\n${commas}A;B\n`,
    loads: one,
    reports: [
      `${columns.join(',')},row_number,errors`,
      'A;B,,,,,,,,,,4,row: has too few cells (1 instead of 10)',
      '',
    ],
    warns: ['One line above the header on line 2 is ignored'],
  },
  {
    with: 'a title in semicolons of a file in commas',
    content: `Our;properties;of;2026\n${commas}`,
    loads: one,
    warns: ['One line above the header on line 2 is ignored'],
  },
  {
    with: 'an inch sign in its title',
    content: `Pipes of 5" and more\n${commas}`,
    loads: one,
    warns: ['One line above the header on line 2 is ignored'],
  },
  {
    with: 'nineteen lines above the header',
    content: `${'Title\n'.repeat(19)}${commas}`,
    loads: one,
    warns: ['19 lines above the header on line 20 are ignored'],
  },
  {
    with: 'so many lines above the header that it is not found',
    content: `${'Title\n'.repeat(20)}${commas}`,
    isRejected:
      "None of the first 20 lines names the columns. The columns' names, such as row_reference, property_type, " +
      'ownership_type, must stand in one line above the properties: add it and upload the file again',
  },
  {
    with: 'rows and no header',
    content: writeDialect(simple.slice(1)),
    isRejected:
      "The only line that is not blank names no column. The columns' names, such as row_reference, property_type, " +
      'ownership_type, must stand in one line above the properties: add it and upload the file again',
  },
  {
    with: 'a header in semicolons that lacks columns',
    content: 'row_reference;uprn;property_type;ownership_type;is_occupied\n',
    isRejected:
      'The header on line 1 cannot be used: it lacks licensing_type, has_gas_supply. ' +
      'Correct the header and upload the file again',
  },
];

/** Text that means nothing. */
const broken: NastyFile[] = [
  { with: 'nothing in it', content: '', isRejected: 'The file is empty: it has no text at all' },
  {
    with: 'blank lines only',
    content: '\n \n\t\n',
    isRejected: 'The file is empty: it has no line that is not blank',
  },
  {
    with: 'a quote that is never closed',
    content: `${commas}"B,2\n`,
    isRejected:
      'The quote that opens on line 3 is never closed: close it or take it away, and upload the file again',
  },
  {
    with: 'a million columns',
    content: `${'x,'.repeat(999_990)}${commas}`,
    isRejected:
      'The header on line 1 cannot be used: it lacks row_reference, property_type, ownership_type, licensing_type, ' +
      'is_occupied, has_gas_supply, and it has 1000000 columns, and 16384 are allowed. Correct the header and upload ' +
      'the file again',
  },
  {
    with: 'a cell of 20 megabytes',
    content: `${commas}B,2,${'x'.repeat(20 * mebi)},FLAT\n${row({ row_reference: 'C', uprn: '3' }).join()}\n`,
    loads: [...one, stored({ row_reference: 'C', uprn: 3 })],
    reports: [
      `${columns.join(',')},row_number,errors`,
      `B,2,${'x'.repeat(8 * mebi - 4)},,,,,,,,3,row: is not well formed (the row is longer than 8388608 bytes)`,
      '',
    ],
  },
  {
    with: 'half a character of UTF-16 at its end',
    content: Buffer.concat([encoded(commas, 'utf16le'), Buffer.of(0x41)]),
    isRejected:
      'The file begins as UTF-16 but is no valid UTF-16 text: save it as "CSV UTF-8" and upload it again',
  },
];

export const textFiles: NastyFile[] = [...dialects, ...titles, ...broken];
