import { CsvRow } from '../csv/csv-row.ts';
import type { OnRow, RowReader } from '../csv/row-reader.ts';
import { FileRejected } from '../files/file-rejected.ts';
import { damagedWorkbook } from '../xml/damaged-workbook.ts';
import { xmlName } from '../xml/xml-name.ts';
import { type XmlEvents, XmlScanner } from '../xml/xml-scanner.ts';
import type { XmlTag } from '../xml/xml-tag.ts';
import { columnOf, numberOf } from './cell-reference.ts';
import { type CellContext, type CellType, cellText, cellType, isPlainNumber } from './cell-text.ts';

/** How much a sheet may hold. */
export interface SheetLimits {
  /** A longer row is a bad one, and its rest is not kept. Default 8 MiB. */
  rowBytes?: number;
  /** All rows together as text: one long text may stand in every cell. Default: no limit. */
  textBytes?: number;
}

const [lastRow, lastColumn] = [1_048_576, 16_384];
const [rowName, c, v, is, t, rPh] = ['row', 'c', 'v', 'is', 't', 'rPh'].map(xmlName);
const [letterR, letterS, letterT] = Buffer.from('rst') as unknown as [number, number, number];

/** Makes rows of a worksheet's XML; a row's line is its number in the sheet. Throws FileRejected. */
export class SheetReader implements RowReader, XmlEvents {
  private readonly scanner = new XmlScanner(this);
  private readonly row = new CsvRow();
  private readonly context: CellContext;
  private readonly rowBytes: number;
  private readonly textBytes: number;
  private onRow: OnRow = () => {};
  /** Text of all rows so far. */
  private told = 0;
  private inData = false;
  private inText = false;
  private isInline = false;
  private inPhonetics = false;
  private type: CellType = 'number';
  private style = 0;
  /** The number of the last cell's column in its row, from 1 on. */
  private column = 0;
  /** How many cells there are up to the last one with text. */
  private cellsWithText = 0;
  private cellStart = 0;
  private filled = 0;

  constructor(context: CellContext, { rowBytes = 8 * 1024 * 1024, textBytes = Infinity }: SheetLimits = {}) {
    this.context = context;
    this.rowBytes = rowBytes;
    this.textBytes = textBytes;
    this.row.line = 0;
    this.row.mayEndEarly = true;
  }

  write(piece: Uint8Array, onRow: OnRow): void {
    this.onRow = onRow;
    this.scanner.write(piece);
  }

  end(): void {
    this.scanner.end();
  }

  onOpen(tag: XmlTag, depth: number): void {
    if (depth === 2) this.inData = tag.name === 'sheetData';
    if (!this.inData || depth < 3) return;
    const { code } = tag;
    if (depth === 3) {
      if (code === rowName) this.beginRow(tag);
    } else if (depth === 4) {
      if (code === c) this.beginCell(tag);
    } else if (depth === 5) {
      this.isInline = code === is;
      this.inText = code === v;
    } else if (code === rPh) this.inPhonetics = true;
    else if (code === t) this.inText = this.isInline && !this.inPhonetics;
  }

  onText(bytes: Buffer, start: number, end: number): void {
    if (this.inText) this.append(bytes, start, end);
  }

  onClose(code: number, depth: number): void {
    if (!this.inData || depth < 3) return;
    if (depth === 3) {
      if (code === rowName) this.endRow();
    } else if (depth === 4) {
      if (code === c) this.endCell();
    } else {
      this.inText = false;
      if (code === rPh) this.inPhonetics = false;
    }
  }

  private beginRow(tag: XmlTag): void {
    const { row } = this;
    const number = tag.has(letterR) ? numberOf(tag.bytes, tag.valueStart, tag.valueEnd) : row.line + 1;
    if (!(number > row.line && number <= lastRow)) throw damagedWorkbook('its rows are not in order');
    row.line = number;
    row.problem = undefined;
    row.cellCount = 0;
    row.errorCells.length = 0;
    this.column = 0;
    this.cellsWithText = 0;
    this.filled = 0;
  }

  private beginCell(tag: XmlTag): void {
    const { row } = this;
    const column = tag.has(letterR) ? columnOf(tag.bytes, tag.valueStart, tag.valueEnd) : this.column + 1;
    if (!(column > this.column)) throw damagedWorkbook('its cells are not in order');
    if (column > lastColumn) {
      throw new FileRejected(
        `The sheet has more than ${lastColumn} columns: delete those without properties, and upload it again`,
      );
    }
    this.column = column;
    this.style = tag.has(letterS) ? numberOf(tag.bytes, tag.valueStart, tag.valueEnd) : 0;
    this.type = tag.has(letterT) ? cellType(tag.bytes, tag.valueStart, tag.valueEnd) : 'number';
    while (row.cellCount < column - 1) row.addCell(this.filled, this.filled);
    this.cellStart = this.filled;
  }

  private endCell(): void {
    const { row, cellStart, type } = this;
    if (type === 'shared') this.shareText();
    else this.readText();
    if (this.filled === cellStart) return;
    if (type === 'error') row.errorCells.push(this.column - 1);
    row.addCell(cellStart, this.filled);
    this.cellsWithText = row.cellCount;
  }

  /** Puts the text in place of its number. */
  private shareText(): void {
    const { row, cellStart, filled } = this;
    if (filled === cellStart) return;
    const number = numberOf(row.bytes, cellStart, filled);
    const text = this.context.strings.find(number);
    if (text === undefined) throw damagedWorkbook('a cell refers to a text that there is not');
    this.filled = cellStart;
    this.append(text.bytes, text.start, text.end);
  }

  /** Puts what the cell says in place of how the file has it, if that differs. */
  private readText(): void {
    const { row, cellStart, filled, type, style, context } = this;
    if (type === 'number' && !context.styles[style] && isPlainNumber(row.bytes, cellStart, filled)) return;
    const text = cellText(row.bytes.subarray(cellStart, filled), { type, style, context });
    this.filled = cellStart;
    this.append(text, 0, text.length);
  }

  private append(bytes: Buffer, start: number, end: number): void {
    const { row, filled } = this;
    const room = this.rowBytes - filled;
    if (end - start > room) row.problem ??= `the row is longer than ${this.rowBytes} bytes`;
    const length = Math.min(end - start, room);
    row.reserve(filled + length, filled);
    const target = row.bytes;
    // Most are so short that a call would take longer.
    for (let at = 0; at < length; at += 1) target[filled + at] = bytes[start + at] as number;
    this.filled = filled + length;
  }

  private endRow(): void {
    const { row } = this;
    row.cellCount = this.cellsWithText;
    if (row.cellCount === 0 && row.problem === undefined) return;
    this.told += this.filled;
    if (this.told > this.textBytes) {
      throw new FileRejected(
        `The sheet has more than ${this.textBytes} bytes of text: split it and upload the parts`,
      );
    }
    this.onRow(row);
  }
}
