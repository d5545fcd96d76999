import type { Property, PropertyColumn } from '../../services/register/property.ts';
import type { CellProblem, CellType } from './cell-types.ts';

/** The value of another cell of the row: undefined if it is empty or the row does not need it; throws if it is bad. */
export type OtherCell = <Name extends PropertyColumn>(name: Name) => NonNullable<Property[Name]> | undefined;

/** A condition on other cells, with the words that tell it. */
export interface Condition {
  words: string;
  holds(cell: OtherCell, today: string): boolean;
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
  check?(value: NonNullable<Value>, cell: OtherCell): { problem: CellProblem } | undefined;
  /** Whether the header must have the column. */
  inHeader?: true;
  /** What else the guide says. */
  note?: string;
}
