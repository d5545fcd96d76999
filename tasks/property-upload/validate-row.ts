import type { CsvRow } from '../../services/csv/csv-row.ts';
import type { PropertyColumn } from '../../services/register/property.ts';
import type { RowProblem } from '../../services/register/row-problem.ts';
import { addressKey, addressLine } from './address.ts';
import { problem } from './cell-types.ts';
import { type CellPositions, placeOf, type RowCells } from './row-cells.ts';
import { RowRules } from './row-rules.ts';
import { isLonger } from './trimmed.ts';

/** What a row of the file says. */
export interface ValidatedRow {
  /** In the columns' order; empty for a good row. */
  problems: RowProblem[];
  /** Only where the row has no uprn and its address is whole. */
  addressKey: string | undefined;
  /** Of a good row what is stored, of a bad one what is well formed; the same object for every row in turn. */
  cells: RowCells;
}

const addressColumns = ['address_line_1', 'address_line_2', 'town_or_city', 'county', 'postcode'] as const;
const addressPlaces = addressColumns.map((name) => placeOf[name]);
const addressCharacters = 1000;
const epcChoices = ['epc_certificate_number', 'epc_exemption_reason', 'epc_provide_later'] as const;

/**
 * Makes what checks the rows of a file, one after the other, by every rule that the file alone can answer. `today` is
 * `YYYY-MM-DD` in London.
 */
export function createRowValidator(positions: CellPositions, today: string): (row: CsvRow) => ValidatedRow {
  const rules = new RowRules(positions, today);
  return (row) => {
    rules.take(row);
    rules.attempt(checkAddressLength);
    rules.attempt(checkEpcChoice);
    const { problems, cells } = rules;
    if (problems.length > 0) problems.sort((a, b) => placeIn(a) - placeIn(b));
    return { problems, cells, addressKey: rules.attempt(keyOfAddress) };
  };
}

function placeIn({ column }: RowProblem): number {
  return placeOf[column as PropertyColumn];
}

function checkAddressLength(row: RowRules): void {
  const { cells } = row;
  let atMost = 0;
  for (const place of addressPlaces) {
    if (row.isBad(place)) return;
    atMost += cells.longest(place) + 2;
  }
  if (atMost <= addressCharacters) return;
  const line = addressLine(addressPlaces.map((place) => cells.value(place) as string | undefined));
  if (!isLonger(line, addressCharacters)) return;
  const help = `the address has at most ${addressCharacters} characters`;
  row.report(placeOf.address_line_1, problem('is too long', help).problem);
}

function checkEpcChoice(row: RowRules): void {
  const given = epcChoices.filter((name) => row.has(name) && row.value(name) !== false);
  if (given.length === 1) return;
  const choices = epcChoices.join(', ');
  if (given.length === 0) {
    row.report(placeOf.epc_certificate_number, problem('is missing', `give one of ${choices}`).problem);
  } else {
    const broken = problem('contradicts another column', `give only one of ${choices}`);
    for (const name of given) row.report(placeOf[name], broken.problem);
  }
}

function keyOfAddress(row: RowRules): string | undefined {
  return row.has('uprn') ? undefined : addressKey(addressColumns.map((name) => row.value(name)));
}
