import { refusals } from '../../services/upload-formats/refusals.ts';
import type { NastyFile } from './nasty-file.ts';
import { writeCompoundFile } from './write-compound-file.ts';
import { encoded } from './write-dialect.ts';

const html =
  '<html xmlns:x="urn:schemas-microsoft-com:office:excel"><table><tr><td>uprn</td></tr></table></html>';
const bytes = (hex: string) => Buffer.concat([Buffer.from(hex, 'hex'), Buffer.alloc(600)]);

/** Files that are something else than they should be. */
export const foreignFiles: NastyFile[] = [
  { with: 'a PDF in it', content: '%PDF-1.7\n%âãÏÓ\n', isRejected: refusals.pdf },
  { with: 'a PNG in it', content: bytes('89504e470d0a1a0a0000000d49484452'), isRejected: refusals.picture },
  { with: 'a photograph in it', content: bytes('ffd8ffe000104a46'), isRejected: refusals.picture },
  {
    with: "a telephone's photograph in it",
    content: bytes('000000246674797068656963'),
    isRejected: refusals.picture,
  },
  {
    with: "a workbook of Excel 97's in it",
    content: writeCompoundFile('Workbook', '\x05SummaryInformation'),
    isRejected: refusals.oldExcel,
  },
  {
    with: "a workbook of Excel 95's in it",
    content: writeCompoundFile('Book'),
    isRejected: refusals.oldExcel,
  },
  {
    with: 'a password on its workbook',
    content: writeCompoundFile('\x06DataSpaces', 'EncryptionInfo', 'EncryptedPackage'),
    isRejected: refusals.protectedOffice,
  },
  {
    with: 'an old document of Word in it',
    content: writeCompoundFile('1Table', 'WordDocument'),
    isRejected: refusals.word,
  },
  {
    with: 'an old presentation in it',
    content: writeCompoundFile('PowerPoint Document'),
    isRejected: refusals.slides,
  },
  {
    with: 'a mail of Outlook in it',
    content: writeCompoundFile('__properties'),
    isRejected: refusals.oldOffice,
  },
  {
    with: 'only the beginning of an old workbook in it',
    content: Buffer.from('d0cf11e0a1b11ae1', 'hex'),
    isRejected: refusals.oldOffice,
  },
  { with: 'a web page in it that is called a workbook', content: html, isRejected: refusals.webPage },
  {
    with: 'a web page in UTF-16 in it',
    content: encoded(`\r\n<!DOCTYPE html>${html}`, 'utf16le'),
    isRejected: refusals.webPage,
  },
  {
    with: 'a saved web page with its pictures in it',
    content: 'MIME-Version: 1.0\r\nContent-Type: multipart/related\r\n',
    isRejected: refusals.webPage,
  },
  {
    with: 'a workbook of XML of 2003 in it',
    content:
      '\ufeff<?xml version="1.0"?>\r\n<?mso-application progid="Excel.Sheet"?>\r\n' +
      '<Workbook xmlns="urn:schemas-microsoft-com:office:spreadsheet"/>',
    isRejected: refusals.xmlSpreadsheet,
  },
  { with: 'other XML in it', content: '<?xml version="1.0"?><properties/>', isRejected: refusals.xml },
  { with: 'JSON in it', content: ' [\n{ "uprn": "1" }]', isRejected: refusals.json },
  { with: 'rich text in it', content: '{\\rtf1\\ansi row_reference}', isRejected: refusals.word },
  { with: 'a database in it', content: 'SQLite format 3\0', isRejected: refusals.database },
  { with: 'gzip in it', content: bytes('1f8b0800'), isRejected: refusals.packedOtherwise },
  { with: 'a 7z archive in it', content: bytes('377abcaf271c'), isRejected: refusals.packedOtherwise },
  {
    with: 'bytes in it that nobody knows',
    content: bytes('0102030405060708'),
    isRejected:
      'The file is no text: it contains a NUL character (byte 9). If it is a spreadsheet, ' +
      'save it as "CSV UTF-8" and upload it again',
  },
];
