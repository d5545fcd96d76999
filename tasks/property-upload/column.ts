import type { Property, PropertyColumn } from '../../services/register/property.ts';
import type { CellProblem, CellType } from './cell-types.ts';

/** The other cells of a row, for rules; either throws if the cell is bad. */
export interface OtherCells {
  /** Undefined if the cell is empty or the row does not need it. */
  value<Name extends PropertyColumn>(name: Name): NonNullable<Property[Name]> | undefined;
  /** Whether there is a value, which costs less than to ask for it. */
  has(name: PropertyColumn): boolean;
}

/** A condition on other cells, with the words that tell it. */
export interface Condition {
  words: string;
  holds(cells: OtherCells, today: string): boolean;
}

/** What the file says of one column; the guide, the validation and its error texts follow from it. */
export interface Column<Value> {
  type: CellType<NonNullable<Value>>;
  /** What is stored where the cell is empty or not needed. */
  empty: Value;
  /** Left out: optional. */
  required?: Condition;
  /** Left out: always. Else a value that the row does not need is checked for its form and not stored. */
  needed?: Condition;
  /** What must not stand in a cell that the row does not need. Left out: anything may. */
  forbidden?(value: NonNullable<Value>): boolean;
  /** A rule between this value and other cells. */
  check?(value: NonNullable<Value>, cells: OtherCells): { problem: CellProblem } | undefined;
  /** Whether the header must have the column. */
  inHeader?: true;
  /** What else the guide says. */
  note?: string;
}
