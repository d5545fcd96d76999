import { refusals } from './refusals.ts';

/** What the first bytes of a file say it is: text until reading it shows otherwise. */
export type Recognised = 'text' | 'zip' | 'old-office' | { refused: string };

/** As much of a file's beginning as tells what it is. */
export const tellingBytes = 4096;

type Refused = keyof typeof refusals;

/** Beginnings of files that are no text, as Latin-1. */
const beginnings: readonly (readonly [string, 'zip' | 'old-office' | Refused])[] = [
  ['PK\x03\x04', 'zip'],
  ['PK\x05\x06', 'zip'],
  ['\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1', 'old-office'],
  ['%PDF-', 'pdf'],
  ['\x89PNG\r\n\x1a\n', 'picture'],
  ['\xff\xd8\xff', 'picture'],
  ['GIF8', 'picture'],
  ['II*\0', 'picture'],
  ['MM\0*', 'picture'],
  ['\x1f\x8b', 'packedOtherwise'],
  ['7z\xbc\xaf\x27\x1c', 'packedOtherwise'],
  ['Rar!\x1a\x07', 'packedOtherwise'],
  ['\xfd7zXZ\0', 'packedOtherwise'],
  ['{\\rtf', 'word'],
  ['\x09\x00\x04\x00', 'oldExcel'],
  ['\x09\x02\x06\x00', 'oldExcel'],
  ['\x09\x04\x06\x00', 'oldExcel'],
  ['\x09\x08\x10\x00', 'oldExcel'],
  ['\0\x01\0\0Standard ', 'database'],
  ['SQLite format 3\0', 'database'],
];

/** How texts begin that hold no rows, behind white space and a byte order mark. */
const texts: readonly (readonly [RegExp, Refused])[] = [
  [/^(<\?xml[^>]*>\s*)?<(!doctype html|html|head|body|table|meta|style|div)\b/i, 'webPage'],
  [/^mime-version:/i, 'webPage'],
  [/^<\?xml[^>]*>\s*(<\?mso-application[^>]*>\s*)?<([a-z]+:)?workbook\b/i, 'xmlSpreadsheet'],
  [/^<\?xml\b/i, 'xml'],
  [/^[{[]\s*["{[\]}]/, 'json'],
];

/** Tells what a file is by its first bytes, whatever it is called. */
export function recognise(beginning: Buffer): Recognised {
  const raw = beginning.toString('latin1', 0, 16);
  const known = beginnings.find(([bytes]) => raw.startsWith(bytes))?.[1];
  if (known === 'zip' || known === 'old-office') return known;
  if (known !== undefined) return { refused: refusals[known] };
  if (/^(heic|heif|mif1|msf1|avif)$/.test(raw.slice(8, 12)) && raw.slice(4, 8) === 'ftyp') {
    return { refused: refusals.picture };
  }
  const text = decoded(beginning.subarray(0, tellingBytes)).trimStart();
  const refused = texts.find(([pattern]) => pattern.test(text))?.[1];
  return refused === undefined ? 'text' : { refused: refusals[refused] };
}

function decoded(bytes: Buffer): string {
  const mark = bytes.toString('latin1', 0, 2);
  if (mark === '\xff\xfe') return new TextDecoder('utf-16le').decode(bytes);
  if (mark === '\xfe\xff') return new TextDecoder('utf-16be').decode(bytes);
  return bytes.toString('utf8').replace(/^\ufeff/, '');
}
