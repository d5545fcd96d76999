import { readElements } from '../xml/read-elements.ts';
import { type CellStyle, cellStyle } from './cell-style.ts';

/** Reads what the styles of cells make of numbers, in the order in which cells name them. */
export function readStyles(bytes: Uint8Array): CellStyle[] {
  const codes = new Map<number, string>();
  const formats: number[] = [];
  let section = '';
  readElements(bytes, (tag, depth) => {
    if (depth === 2) section = tag.name;
    if (depth !== 3) return;
    const format = Number(tag.attribute('numFmtId') ?? 0);
    if (section === 'numFmts') codes.set(format, tag.attribute('formatCode') ?? '');
    if (section === 'cellXfs') formats.push(format);
  });
  return formats.map((format) => cellStyle(format, codes.get(format)));
}
