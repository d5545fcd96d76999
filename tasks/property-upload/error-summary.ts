import { propertyColumns } from '../../services/register/property.ts';
import type { RowProblem } from '../../services/register/row-problem.ts';

const fewestRows = 16;
const suspiciousShare = 0.6;

/** Counts the errors of a file by column and kind, row by row. */
export class ErrorSummary {
  private readonly counts = new Map<string, number>();
  private readonly wrongRows = new Map<string, number>();

  /** Takes the errors of one more bad row. */
  add(problems: readonly RowProblem[]): void {
    for (const error of new Set(problems.map(({ column, kind }) => `${column} ${kind}`))) {
      increase(this.counts, error);
    }
    for (const column of new Set(problems.map(({ column }) => column))) increase(this.wrongRows, column);
  }

  /**
   * One line for each column and kind, the most frequent first; before them the columns that are wrong in so many of
   * the file's rows that something else must be the matter.
   */
  lines(rows: number): string[] {
    const shifted = propertyColumns.filter(
      (name) => rows >= fewestRows && (this.wrongRows.get(name) ?? 0) > suspiciousShare * rows,
    );
    return [
      ...shifted.map((name) => `nearly every ${name} is wrong: has the column shifted?`),
      ...[...this.counts]
        .sort(([, a], [, b]) => b - a)
        .map(([error, count]) => `${error}: ${count} ${count === 1 ? 'row' : 'rows'}`),
    ];
  }
}

function increase(counts: Map<string, number>, key: string): void {
  counts.set(key, (counts.get(key) ?? 0) + 1);
}
