import { type PropertyColumn, propertyColumns } from '../../services/register/property.ts';
import { trimmed } from './trimmed.ts';

const known = new Set<string>(propertyColumns);

/** The column that a cell of a header names, in whatever spelling; undefined if it is none of the 39. */
export function knownColumn(cell: string): PropertyColumn | undefined {
  const name = trimmed(cell)
    .toLowerCase()
    .replace(/[-_ ]+/g, '_');
  return isColumn(name) ? name : undefined;
}

function isColumn(name: string): name is PropertyColumn {
  return known.has(name);
}
