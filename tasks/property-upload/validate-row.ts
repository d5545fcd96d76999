import { type Property, type PropertyColumn, propertyColumns } from '../../services/register/property.ts';
import type { RowProblem } from '../../services/register/row-problem.ts';
import { addressKey, addressLine } from './address.ts';
import { type CellProblem, problem } from './cell-types.ts';
import type { Column, OtherCell } from './column.ts';
import { columns } from './columns.ts';
import { conditions } from './conditions.ts';
import { isLonger, trimmed } from './trimmed.ts';

/** What a row of the file says. */
export interface ValidatedRow {
  /** In the columns' order; empty for a good row. */
  problems: RowProblem[];
  /** What must be unique, of bad rows too, as far as it is well formed. */
  rowReference?: string;
  uprn?: string;
  /** Only where the row has no uprn and its address is whole. */
  addressKey?: string;
  /** Only of a good row. */
  property?: Property;
}

/** Where in a row's cells each column stands; left out for a column that the file does not have. */
export type CellPositions = Partial<Record<PropertyColumn, number>>;

const addressColumns = ['address_line_1', 'address_line_2', 'town_or_city', 'county', 'postcode'] as const;
const epcChoices = ['epc_certificate_number', 'epc_exemption_reason', 'epc_provide_later'] as const;
const order = new Map(propertyColumns.map((name, index) => [name as string, index]));
const columnOf: Record<PropertyColumn, Column<unknown>> = columns as never;

/** Thrown to leave a rule that depends on a bad cell; one for all, since it carries nothing. */
const dependsOnBadCell = new Error('a cell that the rule depends on is bad');

/** Checks the cells of a row by every rule that the file alone can answer. `today` is `YYYY-MM-DD` in London. */
export function validateRow(cells: readonly string[], positions: CellPositions, today: string): ValidatedRow {
  const row = new Row(cells, positions, today);
  const { cell } = row;
  for (const name of propertyColumns) row.attempt(() => cell(name));
  row.attempt(() => checkAddressLength(row));
  row.attempt(() => checkEpcChoice(row));

  const validated: ValidatedRow = { problems: row.problems };
  const reference = row.value('row_reference');
  if (reference !== undefined) validated.rowReference = reference;
  const uprn = row.value('uprn');
  if (uprn !== undefined) validated.uprn = uprn;
  row.attempt(() => {
    if (cell('uprn') !== undefined) return;
    validated.addressKey = addressKey(addressColumns.map((name) => cell(name)));
  });
  if (row.problems.length === 0) {
    const property: Record<PropertyColumn, unknown> = { ...blank };
    for (const name of propertyColumns) property[name] = row.value(name) ?? columns[name].empty;
    validated.property = property as Property;
  } else {
    row.problems.sort((a, b) => (order.get(a.column) ?? 0) - (order.get(b.column) ?? 0));
  }
  return validated;
}

function checkAddressLength(row: Row): void {
  if (addressColumns.some((name) => row.isBad(name))) return;
  const line = addressLine(addressColumns.map((name) => row.value(name)));
  if (isLonger(line, 1000)) {
    row.report('address_line_1', problem('is too long', 'the address has at most 1000 characters'));
  }
}

function checkEpcChoice(row: Row): void {
  const given = epcChoices.filter((name) => {
    const value = row.cell(name);
    return value !== undefined && value !== false;
  });
  if (given.length === 0) {
    row.report('epc_certificate_number', problem('is missing', `give one of ${epcChoices.join(', ')}`));
  } else if (given.length > 1) {
    for (const name of given) {
      row.report(name, problem('contradicts another column', `give only one of ${epcChoices.join(', ')}`));
    }
  }
}

/** Neither: not looked at yet, or a cell that decides about this one is bad. */
type CellState = 'bad' | 'settled';

/** All rows of one shape: much faster than objects that grow. */
const blank = Object.fromEntries(propertyColumns.map((name) => [name, undefined])) as Record<
  PropertyColumn,
  undefined
>;

/** One row's cells on their way from text to values. */
class Row {
  readonly problems: RowProblem[] = [];
  readonly cell: OtherCell = (name) => this.settle(name) as never;
  private readonly states: Record<PropertyColumn, CellState | undefined> = { ...blank };
  private readonly values: Record<PropertyColumn, unknown> = { ...blank };
  private readonly today: string;

  constructor(cells: readonly string[], positions: CellPositions, today: string) {
    this.today = today;
    for (const name of propertyColumns) {
      const position = positions[name];
      if (position !== undefined) this.read(name, trimmed(cells[position] ?? ''));
    }
  }

  /** Runs a rule; one that depends on a bad cell is left. */
  attempt(rule: () => void): void {
    try {
      rule();
    } catch (error) {
      if (error !== dependsOnBadCell) throw error;
    }
  }

  report(column: PropertyColumn, { problem: { kind, message } }: { problem: CellProblem }): void {
    this.problems.push({ column, kind, message });
    this.states[column] = 'bad';
  }

  isBad(name: PropertyColumn): boolean {
    return this.states[name] === 'bad';
  }

  /** What a cell says, even if another's rule finds it bad; undefined if empty, of the wrong form or not needed. */
  value<Name extends PropertyColumn>(name: Name): NonNullable<Property[Name]> | undefined {
    return this.values[name] as NonNullable<Property[Name]> | undefined;
  }

  private read(name: PropertyColumn, text: string): void {
    if (text === '') return;
    const read = columnOf[name].type.read(text, this.today);
    if ('problem' in read) {
      this.report(name, read);
    } else if (!Array.isArray(read.value) || read.value.length > 0) {
      this.values[name] = read.value;
    }
  }

  private settle(name: PropertyColumn): unknown {
    const state = this.states[name];
    if (state === 'settled') return this.values[name];
    if (state === 'bad') throw dependsOnBadCell;
    const { needed, required, forbidden, check } = columnOf[name];
    const value = this.values[name];
    const isNeeded = needed === undefined || needed.holds(this.cell, this.today);
    if (!isNeeded) {
      if (value !== undefined && value !== null && forbidden?.(value)) {
        this.report(name, problem('must be empty', `used only ${needed?.words}`));
        throw dependsOnBadCell;
      }
      this.values[name] = undefined;
    } else if (value === undefined || value === null) {
      if (required?.holds(this.cell, this.today)) {
        this.report(
          name,
          problem('is missing', required === conditions.always ? undefined : `required ${required.words}`),
        );
        throw dependsOnBadCell;
      }
    } else {
      const found = check?.(value, this.cell);
      if (found !== undefined) {
        this.report(name, found);
        throw dependsOnBadCell;
      }
    }
    this.states[name] = 'settled';
    return this.values[name];
  }
}
