/**
 * One record of a CSV file, ended by CRLF. Quoted where RFC 4180 asks for it, and where a reader might otherwise trim
 * the cell or take the record for a blank line.
 */
export function csvRecord(cells: readonly string[]): string {
  return `${cells.length === 1 ? quoted(cells[0] ?? '', true) : cells.map((cell) => quoted(cell)).join(',')}\r\n`;
}

/** The cell with a leading `'` if a spreadsheet would run it as a formula; signed numbers stay as they are. */
export function defused(cell: string): string {
  return /^[=+\-@\t\r]/.test(cell) && !signedNumber.test(cell) ? `'${cell}` : cell;
}

const signedNumber = /^[+-](\d+|\d{1,3}(,\d{3})+)(\.\d+)?$|^[+-]\.\d+$/;

function quoted(cell: string, evenIfEmpty = false): string {
  const plain = cell === '' ? !evenIfEmpty : !/[",\r\n]|^[\s\ufeff]|[\s\ufeff]$/.test(cell);
  return plain ? cell : `"${cell.replaceAll('"', '""')}"`;
}
