import type { CsvRow } from '../../services/csv/csv-row.ts';
import { type Property, type PropertyColumn, propertyColumns } from '../../services/register/property.ts';
import type { RowProblem } from '../../services/register/row-problem.ts';
import { type CellProblem, problem } from './cell-types.ts';
import type { Column, OtherCells } from './column.ts';
import { columns } from './columns.ts';
import { conditions } from './conditions.ts';
import { type CellPositions, placeOf, RowCells } from './row-cells.ts';

const rules = propertyColumns.map((name) => columns[name] as Column<unknown>);

const unsettled = 0;
const settled = 1;
const bad = 2;

/** Thrown to leave a rule that depends on a bad cell; one for all, since it carries nothing. */
const dependsOnBadCell = new Error('a cell that the rule depends on is bad');

/**
 * Applies the columns' rules to a row, each when its cell is first asked for, so that a rule finds the cells on which it
 * depends settled. One object stands for all rows of a file in turn.
 */
export class RowRules implements OtherCells {
  /** Of the row so far. */
  problems: RowProblem[] = [];
  /** Without the values that the row does not need, once they are settled. */
  readonly cells: RowCells;
  private readonly states = new Uint8Array(propertyColumns.length);
  private readonly today: string;

  constructor(positions: CellPositions, today: string) {
    this.cells = new RowCells(positions, today);
    this.today = today;
  }

  /** Takes the next row and settles each of its cells as far as it can be. */
  take(row: CsvRow): void {
    this.problems = [];
    this.states.fill(unsettled);
    this.cells.take(row, this.report);
    for (let place = 0; place < rules.length; place += 1) {
      try {
        this.settle(place);
      } catch (error) {
        if (error !== dependsOnBadCell) throw error;
      }
    }
  }

  /** Applies a rule of the whole row; one that depends on a bad cell is left. */
  attempt<Value>(rule: (row: RowRules) => Value): Value | undefined {
    try {
      return rule(this);
    } catch (error) {
      if (error !== dependsOnBadCell) throw error;
      return undefined;
    }
  }

  value<Name extends PropertyColumn>(name: Name): NonNullable<Property[Name]> | undefined {
    const place = placeOf[name];
    this.settle(place);
    return this.cells.value(place) as NonNullable<Property[Name]> | undefined;
  }

  has(name: PropertyColumn): boolean {
    const place = placeOf[name];
    this.settle(place);
    return this.cells.has(place);
  }

  isBad(place: number): boolean {
    return this.states[place] === bad;
  }

  readonly report = (place: number, { kind, message }: CellProblem): void => {
    this.problems.push({ column: propertyColumns[place] as PropertyColumn, kind, message });
    this.states[place] = bad;
  };

  private settle(place: number): void {
    const state = this.states[place];
    if (state === settled) return;
    if (state === bad) throw dependsOnBadCell;
    const { cells } = this;
    const { needed, required, forbidden, check } = rules[place] as Column<unknown>;
    if (needed !== undefined && !needed.holds(this, this.today)) {
      if (forbidden !== undefined && cells.has(place) && forbidden(cells.value(place) as never)) {
        this.refuse(place, problem('must be empty', `used only ${needed.words}`));
      }
      cells.drop(place);
    } else if (!cells.has(place)) {
      if (required?.holds(this, this.today)) {
        const help = required === conditions.always ? undefined : `required ${required.words}`;
        this.refuse(place, problem('is missing', help));
      }
    } else if (check !== undefined) {
      const found = check(cells.value(place) as never, this);
      if (found !== undefined) this.refuse(place, found);
    }
    this.states[place] = settled;
  }

  /** Reports a broken rule; others that depend on the cell are then left. */
  private refuse(place: number, broken: { problem: CellProblem }): never {
    this.report(place, broken.problem);
    throw dependsOnBadCell;
  }
}
