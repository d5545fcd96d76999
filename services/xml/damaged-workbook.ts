import { FileRejected } from '../files/file-rejected.ts';

/** The refusal of a workbook that no spreadsheet program can have written; the detail is for those who look into it. */
export function damagedWorkbook(detail: string): FileRejected {
  return new FileRejected('The workbook is damaged: open it in Excel, save it again, and upload it again', {
    cause: new Error(detail),
  });
}
