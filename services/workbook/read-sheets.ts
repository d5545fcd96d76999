import { readElements } from '../xml/read-elements.ts';

/** A sheet as the workbook lists it. */
export interface ListedSheet {
  name: string;
  /** The id of its relation. */
  relation: string;
  isHidden: boolean;
}

/** Reads what the workbook's main part says of its sheets and its dates. */
export function readSheets(bytes: Uint8Array): { sheets: ListedSheet[]; from1904: boolean } {
  const sheets: ListedSheet[] = [];
  let from1904 = false;
  readElements(bytes, (tag, depth) => {
    if (depth === 2 && tag.name === 'workbookPr') from1904 = isTrue(tag.attribute('date1904'));
    if (depth !== 3 || tag.name !== 'sheet') return;
    sheets.push({
      name: tag.attribute('name') ?? '',
      relation: tag.attribute('id') ?? '',
      isHidden: /hidden/i.test(tag.attribute('state') ?? ''),
    });
  });
  return { sheets, from1904 };
}

const isTrue = (value: string | undefined) => value === '1' || value === 'true' || value === 'on';
