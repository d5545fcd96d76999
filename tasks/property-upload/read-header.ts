import { type CsvRow, cellsKept } from '../../services/csv/csv-row.ts';
import { FileRejected } from '../../services/files/file-rejected.ts';
import { headerColumns } from './columns.ts';
import { knownColumn } from './known-column.ts';
import type { CellPositions } from './row-cells.ts';
import { trimmed } from './trimmed.ts';

/** A header that the file can be read by. */
export interface Header {
  /** The file's own columns as they were. */
  cells: string[];
  positions: CellPositions;
  warnings: string[];
}

/**
 * Finds the columns in the file's header, above which so many rows stand. Throws FileRejected that names every required
 * column that is missing and every one that stands twice.
 */
export function readHeader(row: CsvRow, rowsAbove = 0): Header {
  const cells = row.texts();
  const positions: CellPositions = {};
  const twice = new Set<string>();
  const unknown: string[] = [];
  const unnamed: number[] = [];
  cells.forEach((cell, position) => {
    const name = knownColumn(cell);
    const spoken = trimmed(cell);
    if (name !== undefined) {
      if (positions[name] !== undefined) twice.add(name);
      positions[name] = position;
    } else if (spoken === '') {
      unnamed.push(position + 1);
    } else {
      unknown.push(JSON.stringify(shortened(spoken)));
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
    throw new FileRejected(
      `The header on line ${row.line} cannot be used: ${reasons.join(', and ')}. ` +
        'Correct the header and upload the file again',
    );
  }
  return {
    cells,
    positions,
    warnings: [
      ...(rowsAbove === 0 ? [] : [above(rowsAbove, row.line)]),
      ...(unknown.length === 0 ? [] : [ignored(unknown, 'unknown')]),
      ...(unnamed.length === 0 ? [] : [ignored(unnamed.map(String), 'without a name')]),
    ],
  };
}

function above(rows: number, line: number): string {
  return `${rows === 1 ? 'One line' : `${rows} lines`} above the header on line ${line} ${rows === 1 ? 'is' : 'are'} ignored`;
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
