import { FileRejected } from '../files/file-rejected.ts';
import type { PackedFile } from '../zip/read-directory.ts';
import { refusals } from './refusals.ts';

/** Tells whether a ZIP is a workbook, by the names in it. Throws FileRejected if it is another program's document. */
export function isWorkbook(files: readonly PackedFile[]): boolean {
  const names = files.map(({ name }) => name.toLowerCase());
  const has = (pattern: RegExp) => names.some((name) => pattern.test(name));
  if (has(/^xl\/workbook\.bin$/)) throw new FileRejected(refusals.binaryExcel);
  if (has(/^xl\//)) return true;
  if (has(/^word\//)) throw new FileRejected(refusals.word);
  if (has(/^ppt\//)) throw new FileRejected(refusals.slides);
  if (has(/^mimetype$/) && has(/^content\.xml$/)) throw new FileRejected(refusals.openDocument);
  if (has(/^index(\.zip|\/document\.iwa)$/)) throw new FileRejected(refusals.numbers);
  return false;
}

/** The one file that a ZIP is made for, beside what macOS and Windows put in. Throws FileRejected if it is not one. */
export function onlyFile(files: readonly PackedFile[]): PackedFile {
  const meant = files.filter(({ name }) => !isBycatch(name));
  const [file, ...others] = meant;
  if (file === undefined) {
    throw new FileRejected(
      'The ZIP holds no file: make one that holds the file with the properties, and upload that',
    );
  }
  if (others.length > 0) {
    const shown = meant.slice(0, 5).map(({ name }) => shownName(name));
    const more = meant.length > shown.length ? ` and ${meant.length - shown.length} more` : '';
    throw new FileRejected(
      `The ZIP holds ${meant.length} files (${shown.join(', ')}${more}) and may hold one: upload each in a ZIP of its own, or as it is`,
    );
  }
  return file;
}

function isBycatch(name: string): boolean {
  const [last = ''] = name.split('/').reverse();
  return /^__MACOSX\//.test(name) || last.startsWith('.') || /^(thumbs\.db|desktop\.ini)$/i.test(last);
}

/** Names come from strangers: as much of one as can be shown, in quotes. */
function shownName(name: string): string {
  const characters = [...name.replaceAll(/\p{C}/gu, '\ufffd')];
  return `"${characters.length > 60 ? `${characters.slice(0, 60).join('')}…` : characters.join('')}"`;
}
