import type { FileParts } from '../files/file-parts.ts';
import { refusals } from './refusals.ts';

/** Streams of a compound file, by which it tells what it is. */
const streams: readonly (readonly [string, string])[] = [
  ['EncryptedPackage', refusals.protectedOffice],
  ['Workbook', refusals.oldExcel],
  ['Book', refusals.oldExcel],
  ['WordDocument', refusals.word],
  ['PowerPoint Document', refusals.slides],
];
const directoryEntryBytes = 128;
const lookedAtBytes = 64 * 1024;

/** Tells why a compound file is not read: what Office wrote before 2007, and what it writes today with a password. */
export async function whyOldOffice(beginning: Buffer, parts: FileParts): Promise<string> {
  if (beginning.length < 512) return refusals.oldOffice;
  const sectorBytes = 2 ** (beginning.readUInt16LE(30) === 12 ? 12 : 9);
  const directory = (beginning.readUInt32LE(48) + 1) * sectorBytes;
  const bytes = await parts.read(directory, directory + lookedAtBytes);
  const names = new Set<string>();
  for (let at = 0; at + directoryEntryBytes <= bytes.length; at += directoryEntryBytes) {
    const nameBytes = bytes.readUInt16LE(at + 64);
    if (nameBytes >= 2 && nameBytes <= 64) names.add(bytes.toString('utf16le', at, at + nameBytes - 2));
  }
  return streams.find(([name]) => names.has(name))?.[1] ?? refusals.oldOffice;
}
