import { deflateRawSync } from 'node:zlib';
import { refusals } from '../../services/upload-formats/refusals.ts';
import { columns, type NastyFile, row, stored, table } from './nasty-file.ts';
import { writeDialect } from './write-dialect.ts';
import { writeZip } from './write-zip.ts';

const csv = writeDialect(table({ row_reference: 'A', uprn: '1' }, { row_reference: 'É', uprn: 'x' }));
const loads = [stored({ row_reference: 'A', uprn: 1 })];
const reports = [
  `${columns.join(',')},row_number,errors`,
  'É,x,,FLAT,LEASEHOLD,NO_LICENSING,no,no,yes,yes,3,uprn: is no number of the right length (1 to 12 digits)',
  '',
];
const damaged =
  'The file was damaged on its way, or its ZIP lies about what it holds: make it again and upload it again';
const noZip =
  'The ZIP or workbook is damaged or was not uploaded as a whole: make it again and upload it again';
const whole = writeZip({ name: 'properties.csv', content: csv });
const zeros = Buffer.alloc(9 * 1024 * 1024, ',');

/** ZIPs that hold what can be loaded. */
const readable: NastyFile[] = [
  { with: 'a ZIP of one CSV', content: whole, loads, reports },
  {
    with: 'a ZIP of one CSV that is not compressed',
    content: writeZip({ name: 'properties.csv', content: csv, method: 'stored' }),
    loads,
    reports,
  },
  {
    with: 'a ZIP of one CSV and of what macOS and Windows put beside it',
    content: writeZip(
      { name: 'list/', content: '', method: 'stored' },
      { name: 'list/properties.csv', content: csv },
      { name: '__MACOSX/list/._properties.csv', content: Buffer.from('00051607', 'hex') },
      { name: 'list/.DS_Store', content: '\0\0\0\x01Bud1' },
      { name: 'list/Thumbs.db', content: 'x' },
    ),
    loads,
    reports,
  },
  {
    with: 'a ZIP whose file would lead out of its folder',
    content: writeZip({ name: '../../../../etc/passwd', content: csv }),
    loads,
    reports,
  },
  {
    with: 'a ZIP of semicolons in Windows-1252 that is told to be such only by its last row',
    content: writeZip({
      name: 'properties.txt',
      content: Buffer.concat([
        writeDialect(table({ row_reference: 'Ã©', uprn: '1' }), { separator: ';' }),
        writeDialect([row({ row_reference: 'é', uprn: 'x' })], { separator: ';', encoding: 'windows-1252' }),
      ]),
    }),
    loads: [stored({ row_reference: 'ÃƒÂ©', uprn: 1 })],
    reports: [
      `${columns.join(',')},row_number,errors`,
      'é,x,,FLAT,LEASEHOLD,NO_LICENSING,no,no,yes,yes,3,uprn: is no number of the right length (1 to 12 digits)',
      '',
    ],
  },
];

/** ZIPs that hold something else, or too much. */
const refused: NastyFile[] = [
  {
    with: 'an empty ZIP',
    content: writeZip(),
    isRejected: 'The ZIP holds no file: make one that holds the file with the properties, and upload that',
  },
  {
    with: 'a ZIP of two files',
    content: writeZip({ name: 'a.csv', content: csv }, { name: 'b\u202e.csv', content: csv }),
    isRejected:
      'The ZIP holds 2 files ("a.csv", "b\ufffd.csv") and may hold one: upload each in a ZIP of its own, or as it is',
  },
  {
    with: 'a ZIP of ten thousand files',
    content: writeZip(...Array.from({ length: 10_000 }, (_, file) => ({ name: `${file}.csv`, content: '' }))),
    isRejected:
      'The ZIP holds 10000 files: make one that holds just the file with the properties, and upload that',
  },
  {
    with: 'a ZIP of a picture',
    content: writeZip({ name: 'a.csv', content: Buffer.from('89504e470d0a1a0a', 'hex') }),
    isRejected: refusals.picture,
  },
  {
    with: 'a ZIP of nothing',
    content: writeZip({ name: 'a.csv', content: '' }),
    isRejected: 'The file is empty: it has no text at all',
  },
  {
    with: 'a ZIP with a password',
    content: writeZip({ name: 'a.csv', content: csv, isEncrypted: true }),
    isRejected:
      'The ZIP is protected with a password: make one without a password, or upload the file itself',
  },
  {
    with: 'a ZIP packed as few programs do',
    content: writeZip({ name: 'a.csv', content: csv, method: 'unknown' }),
    isRejected:
      'The ZIP is packed in a way that is not read here: make it with "Compress" (macOS) or "Compressed (zipped) ' +
      'folder" (Windows), or upload the file itself',
  },
  {
    with: 'a ZIP that fills a disk',
    content: writeZip({ name: 'a.csv', content: zeros }),
    isRejected:
      `The file in the ZIP grows to more than 200 times its size (${deflateRawSync(zeros).length} to ${zeros.length} bytes), as no list of ` +
      'properties does: upload the file itself',
  },
  {
    with: 'a ZIP that says it grows to four gigabytes',
    content: writeZip({ name: 'a.csv', content: csv, saidBytes: 4_000_000_000 }),
    isRejected:
      'The file in the ZIP has 4000000000 bytes and may have 1073741824: split it and upload the parts',
  },
  {
    with: 'a ZIP that fills a disk and hides it',
    content: writeZip({ name: 'a.csv', content: zeros, saidBytes: 100_000 }),
    isRejected: damaged,
  },
  {
    with: 'a ZIP that says it holds more than it does',
    content: writeZip({ name: 'a.csv', content: csv, saidBytes: csv.length + 1 }),
    isRejected: damaged,
  },
  {
    with: 'a ZIP of which one byte was changed on its way',
    content: changed(writeZip({ name: 'a.csv', content: csv, method: 'stored' }), 60),
    isRejected: damaged,
  },
  {
    with: 'a ZIP whose packed bytes are no longer such',
    content: changed(whole, 60),
    isRejected: damaged,
  },
  {
    with: 'a ZIP that was cut off',
    content: whole.subarray(0, -30),
    isRejected: noZip,
  },
  {
    with: 'a ZIP whose files share the same bytes',
    content: writeZip({ name: 'a.csv', content: csv }, { name: '.b', content: csv, saidStart: 0 }),
    isRejected: noZip,
  },
  {
    with: 'a ZIP whose directory points elsewhere',
    content: writeZip({ name: 'a.csv', content: csv, saidStart: 20 }),
    isRejected: noZip,
  },
  {
    with: 'a document of OpenOffice in it',
    content: writeZip(
      { name: 'mimetype', content: 'application/vnd.oasis.opendocument.spreadsheet', method: 'stored' },
      { name: 'content.xml', content: '<x/>' },
    ),
    isRejected: refusals.openDocument,
  },
  {
    with: 'a document of Numbers in it',
    content: writeZip({ name: 'Index/Document.iwa', content: 'x' }, { name: 'preview.jpg', content: 'x' }),
    isRejected: refusals.numbers,
  },
  {
    with: 'a document of Word in it',
    content: writeZip(
      { name: '[Content_Types].xml', content: 'x' },
      { name: 'word/document.xml', content: 'x' },
    ),
    isRejected: refusals.word,
  },
  {
    with: 'a presentation in it',
    content: writeZip(
      { name: '[Content_Types].xml', content: 'x' },
      { name: 'ppt/presentation.xml', content: 'x' },
    ),
    isRejected: refusals.slides,
  },
  {
    with: 'a binary workbook in it',
    content: writeZip({ name: 'xl/workbook.bin', content: 'x' }),
    isRejected: refusals.binaryExcel,
  },
];

function changed(bytes: Buffer, place: number): Buffer {
  const copy = Buffer.from(bytes);
  copy[place] = (copy[place] ?? 0) ^ 0x41;
  return copy;
}

export const packedFiles: NastyFile[] = [...readable, ...refused];
