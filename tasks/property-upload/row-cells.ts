import type { CsvRow } from '../../services/csv/csv-row.ts';
import { type CopyValue, copyField } from '../../services/register/copy-field.ts';
import type { CopyWriter } from '../../services/register/copy-writer.ts';
import { type PropertyColumn, propertyColumns } from '../../services/register/property.ts';
import { ByteMemory } from './byte-memory.ts';
import { type CellProblem, type CellType, problem, type Reading } from './cell-types.ts';
import type { Column } from './column.ts';
import { columns } from './columns.ts';
import { trimmed } from './trimmed.ts';

/** Where in a row's cells each column stands; left out for a column that the file does not have. */
export type CellPositions = Partial<Record<PropertyColumn, number>>;

/** Where a column stands among the 39. */
export const placeOf = Object.fromEntries(propertyColumns.map((name, place) => [name, place])) as Record<
  PropertyColumn,
  number
>;

/** What a cell says and, of one that may come again, how COPY takes it. */
type Remembered = Reading<unknown> & { field?: Buffer };

/** Takes what is wrong with the cell of a column. */
export type OnProblem = (place: number, problem: CellProblem) => void;

const types = propertyColumns.map((name) => columns[name].type as CellType<unknown>);
const emptyFields = propertyColumns.map((name) =>
  Buffer.from(copyField((columns[name] as Column<never>).empty)),
);

const nothing = 0;
const plain = 1;
const read = 2;
const remembered = 3;

/**
 * What a row's cells say, each by itself. One object stands for all rows of a file in turn, and a cell becomes text only
 * when it must: a file has tens of millions.
 */
export class RowCells {
  private readonly kinds = new Uint8Array(propertyColumns.length);
  private readonly values: unknown[] = propertyColumns.map(() => undefined);
  private readonly fields: Buffer[] = [...emptyFields];
  private readonly starts = new Int32Array(propertyColumns.length);
  private readonly ends = new Int32Array(propertyColumns.length);
  private readonly positions: readonly number[];
  private readonly memories: (ByteMemory<Remembered> | undefined)[];
  private readonly today: string;
  private row: CsvRow | undefined;

  constructor(positions: CellPositions, today: string) {
    this.positions = propertyColumns.map((name) => positions[name] ?? -1);
    this.memories = types.map(({ recurs }) => (recurs ? new ByteMemory() : undefined));
    this.today = today;
  }

  /** Takes the next row, and tells what is wrong with cells by themselves. */
  take(row: CsvRow, onProblem: OnProblem): void {
    this.row = row;
    this.kinds.fill(nothing);
    const hasErrors = row.errorCells.length > 0;
    for (let place = 0; place < types.length; place += 1) {
      const cell = this.positions[place] as number;
      if (cell < 0 || cell >= row.cellCount) continue;
      const from = row.starts[cell] as number;
      const to = row.ends[cell] as number;
      if (hasErrors && row.errorCells.includes(cell))
        onProblem(place, problem('is an error of the spreadsheet', row.text(cell)).problem);
      else if (from < to) this.takeCell(place, from, to, onProblem);
    }
  }

  /** Whether there is a value. */
  has(place: number): boolean {
    return this.kinds[place] !== nothing;
  }

  /** Undefined if there is none. */
  value(place: number): unknown {
    const kind = this.kinds[place];
    if (kind === nothing) return undefined;
    if (kind === plain) {
      this.values[place] ??= this.row?.bytes.toString('utf8', this.starts[place], this.ends[place]);
    }
    return this.values[place];
  }

  /** As many characters as the value of a text can have at most. */
  longest(place: number): number {
    const kind = this.kinds[place];
    if (kind === nothing) return 0;
    if (kind === plain) return (this.ends[place] as number) - (this.starts[place] as number);
    return (this.values[place] as string).length;
  }

  /** Makes the value none. */
  drop(place: number): void {
    this.kinds[place] = nothing;
  }

  /** Calls with the value of a text as its bytes, if there is one. */
  withBytes(place: number, use: (bytes: Uint8Array, from: number, to: number) => boolean): boolean {
    const kind = this.kinds[place];
    if (kind === nothing || this.row === undefined) return false;
    if (kind === plain) return use(this.row.bytes, this.starts[place] as number, this.ends[place] as number);
    const bytes = Buffer.from(this.values[place] as string);
    return use(bytes, 0, bytes.length);
  }

  /** Writes what is stored: the value, or what the column has where there is none. */
  write(place: number, copy: CopyWriter): void {
    const kind = this.kinds[place];
    if (kind === plain && this.row !== undefined) {
      copy.text(this.row.bytes, this.starts[place] as number, this.ends[place] as number);
    } else if (kind === read) {
      copy.value(this.values[place] as CopyValue);
    } else {
      copy.ready((kind === nothing ? emptyFields : this.fields)[place] as Buffer);
    }
  }

  private takeCell(place: number, from: number, to: number, onProblem: OnProblem): void {
    const { bytes } = this.row as CsvRow;
    const type = types[place] as CellType<unknown>;
    if (type.isPlain?.(bytes, from, to)) {
      this.kinds[place] = plain;
      this.values[place] = undefined;
      this.starts[place] = from;
      this.ends[place] = to;
      return;
    }
    const memory = this.memories[place];
    const known = memory?.find(bytes, from, to);
    if (known !== undefined) {
      this.tell(place, known, onProblem);
      return;
    }
    const text = trimmed(bytes.toString('utf8', from, to));
    if (text === '') return;
    const reading: Remembered = type.read(text, this.today);
    if (memory !== undefined) {
      if ('value' in reading) reading.field = Buffer.from(copyField(reading.value as CopyValue));
      memory.keep(bytes, from, to, reading);
    }
    this.tell(place, reading, onProblem);
  }

  private tell(place: number, reading: Remembered, onProblem: OnProblem): void {
    if ('problem' in reading) {
      onProblem(place, reading.problem);
      return;
    }
    const { value, field } = reading;
    if (Array.isArray(value) && value.length === 0) return;
    this.values[place] = value;
    this.kinds[place] = field === undefined ? read : remembered;
    if (field !== undefined) this.fields[place] = field;
  }
}
