import { FileRejected } from '../files/file-rejected.ts';

/** No text. */
export const nothing: Buffer = Buffer.alloc(0);

/** What to do about a text in an encoding that cannot be read. */
export const remedy = 'save it as "CSV UTF-8" and upload it again';

/** Throws FileRejected, which says where in the file the NUL is that these bytes have; so many have passed before. */
export function refuseNul(bytes: Buffer, offset: number): void {
  const place = bytes.indexOf(0);
  if (place < 0) return;
  throw new FileRejected(
    `The file is no text: it contains a NUL character (byte ${offset + place + 1}). If it is a spreadsheet, ${remedy}`,
  );
}
