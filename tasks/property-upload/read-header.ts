import { CsvRejected } from '../../services/csv/csv-rejected.ts';
import { type CsvRow, cellsKept } from '../../services/csv/csv-row.ts';
import { type PropertyColumn, propertyColumns } from '../../services/register/property.ts';
import { headerColumns } from './columns.ts';
import type { CellPositions } from './row-cells.ts';
import { trimmed } from './trimmed.ts';

/** A header that the file can be read by. */
export interface Header {
  /** The file's own columns as they were. */
  cells: string[];
  positions: CellPositions;
  warnings: string[];
}

const known = new Set<string>(propertyColumns);
const separators = [
  { character: ';', name: 'semicolons' },
  { character: '\t', name: 'tabs' },
  { character: '|', name: 'vertical bars' },
  { character: ':', name: 'colons' },
];

/**
 * Finds the columns in the file's first line. Throws CsvRejected that names every required column that is missing and
 * every one that stands twice, or the separator that the file seems to use instead of the comma.
 */
export function readHeader(row: CsvRow): Header {
  const cells = row.texts();
  const positions: CellPositions = {};
  const twice = new Set<string>();
  const unknown: string[] = [];
  const unnamed: number[] = [];
  cells.forEach((cell, position) => {
    const name = columnName(cell);
    if (isColumn(name)) {
      if (positions[name] !== undefined) twice.add(name);
      positions[name] = position;
    } else if (name === '') {
      unnamed.push(position + 1);
    } else {
      unknown.push(JSON.stringify(shortened(trimmed(cell))));
    }
  });
  const missing = headerColumns.filter((name) => positions[name] === undefined);
  const reasons = [
    ...(row.problem === undefined ? [] : [`it is not well formed: ${row.problem}`]),
    ...(missing.length === 0 ? [] : [`it lacks ${listed(missing)}`]),
    ...(row.cellCount <= cellsKept ? [] : [`it has ${row.cellCount} columns, and ${cellsKept} are allowed`]),
    ...(twice.size === 0 ? [] : [`it has ${listed([...twice])} more than once`]),
  ];
  if (reasons.length > 0) {
    const separator = otherSeparator(cells);
    throw new CsvRejected(
      separator === undefined
        ? `The header on line ${row.line} cannot be used: ${reasons.join(', and ')}`
        : `The file seems to use ${separator} between its cells: save it with commas. ` +
            `The header on line ${row.line}, read with commas, cannot be used: ${reasons.join(', and ')}`,
    );
  }
  return {
    cells,
    positions,
    warnings: [
      ...(unknown.length === 0 ? [] : [ignored(unknown, 'unknown')]),
      ...(unnamed.length === 0 ? [] : [ignored(unnamed.map(String), 'without a name')]),
    ],
  };
}

function columnName(cell: string): string {
  return trimmed(cell)
    .toLowerCase()
    .replace(/[-_ ]+/g, '_');
}

function isColumn(name: string): name is PropertyColumn {
  return known.has(name);
}

/** The separator by which more of the 39 columns would be found than by the comma. */
function otherSeparator(cells: readonly string[]): string | undefined {
  const line = cells.join(',');
  const found = (names: string[]) =>
    names.filter((name) => known.has(columnName(name.replaceAll('"', '')))).length;
  const byComma = found(line.split(','));
  const best = separators
    .map(({ character, name }) => ({ name, columns: found(line.split(character)) }))
    .sort((a, b) => b.columns - a.columns)[0];
  return best !== undefined && best.columns > Math.max(byComma, 1) ? best.name : undefined;
}

function ignored(names: string[], what: string): string {
  const columns = names.length === 1 ? 'Column' : 'Columns';
  return `${columns} ${listed(names)} ${names.length === 1 ? 'is' : 'are'} ${what} and ignored`;
}

function listed(names: readonly string[]): string {
  const shown = names.slice(0, 20).join(', ');
  return names.length > 20 ? `${shown} and ${names.length - 20} more` : shown;
}

function shortened(name: string): string {
  const characters = [...name.slice(0, 200)];
  return characters.length > 60 ? `${characters.slice(0, 60).join('')}…` : name;
}
