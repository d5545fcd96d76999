import { propertyColumns } from '../../services/register/property.ts';
import type { Column } from './column.ts';
import { columns } from './columns.ts';
import { conditions } from './conditions.ts';

/** The users' page on the property CSV, in Markdown, from the declaration of its columns. */
export function csvGuide(): string {
  const rows = propertyColumns.map((name, index) => {
    const column = columns[name] as Column<unknown>;
    return `| ${index + 1} | \`${name}\` | ${cell(column.type.words)} | ${cell(requirement(column))} | ${cell(column.note ?? '')} |`;
  });
  return `${introduction}
| # | column | what it holds | required | notes |
|---|---|---|---|---|
${rows.join('\n')}

${outcome}`;
}

function requirement({ required, needed, forbidden }: Column<unknown>): string {
  const words =
    required === undefined ? 'optional' : required === conditions.always ? '**always**' : required.words;
  if (needed === undefined) return words;
  const used = required === undefined ? `${words}, used ${needed.words}` : words;
  return forbidden === undefined ? used : `${used}; else it must be empty`;
}

function cell(text: string): string {
  return text.replaceAll('|', '\\|');
}

const introduction = `<!-- Made from tasks/property-upload/columns.ts: change it there and run npx vitest run tasks/property-upload -u -->
# The property CSV

A landlord's properties, one a row. The landlord is named in the message, not in the file; "today" is the date in London
when the message was sent.

## The file

- CSV or an Excel workbook (.xlsx), of at most 1 GiB and with any number of rows; or a ZIP of one such file, which also
  unpacked has at most 1 GiB. What macOS and Windows put beside a file in a ZIP is not counted.
- One line names the columns, in any order, in capitals or not, with blanks, hyphens or underscores: the first line or,
  below a title, one of the first 20 that are not blank. What stands above it is ignored with a warning. Columns that are
  not required always may be left out. Unknown columns are ignored with a warning.
- White space round a value is ignored. A value that the row does not need is checked for its form and not stored.

### CSV

- Text in UTF-8, with or without byte order mark, in UTF-16 with byte order mark, or in Windows-1252.
- Commas between cells, or semicolons, tabs or vertical bars throughout. A cell that contains what separates cells, a
  quote or a line break stands in double quotes, and a quote in it is written twice. Lines end with CRLF, LF or CR; blank
  lines are skipped.

### Workbooks

- The first sheet that is not hidden is read; of others there is a warning. Rows are counted as the sheet counts them, and
  rows without text are skipped.
- A cell says what it holds, however that is formatted: a number has as many digits as it needs (at most 15; a longer one, such as
  an EPC's, must be typed as text), a format such as \`00000\` keeps its zeros, a date is YYYY-MM-DD however it is shown. Of a
  formula its last value is taken. An error such as \`#N/A\` is an error of the row if its column is one of those below.

## The columns
`;

const outcome = `## What becomes of it

- **Good rows** are loaded, all in one commit. A property is known by its uprn or, without one, by its address. Loading
  the same file twice changes nothing; a changed row updates its property; properties that the file does not name are
  left as they are. A new property gets a registration number such as \`P-CDFG-2345\`.
- **Bad rows** come back in the error report: the file's own columns and cells, behind them \`row_number\`, the line on
  which the row starts, and \`errors\`, everything that is wrong with it. Mend it and upload it again. Cells that a
  spreadsheet would run as a formula get a leading \`'\`.
- With \`onInvalidRows\` set to \`reject-file\` one bad row keeps the whole file out.
- Of rows that repeat a row_reference, a uprn or, without uprn, an address, the first stands. A uprn that is registered
  to another landlord makes a bad row.
- **A file that cannot be read** by these rules is rejected as a whole, with the reason and what to do about it: no text,
  a quote that is never closed, no line that names the columns, a column that is missing or stands twice. What a file is
  is told by its first bytes, not by its name: a PDF, a picture, a web page called \`.xls\`, a workbook with a password or
  in Excel's old format is named as what it is.

## The state of certificates

| | expired | else |
|---|---|---|
| gas | one year after issue, on that day (1 March after 29 February) | \`NOT_REQUIRED\` without gas, \`PROVIDE_LATER\`, \`ADDED\` |
| electrical | on its expiry date | \`MISSING\` with NONE, \`PROVIDE_LATER\`, \`ADDED\` |
| EPC | the day after its expiry date | \`NOT_REQUIRED\` with an exemption, \`PROVIDE_LATER\`, \`ADDED\` |

An expired certificate, or one to be provided later, does not keep a row out.
`;
