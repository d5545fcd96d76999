import { describe, expect, it } from 'vitest';
import { ErrorSummary } from './error-summary.ts';

const wrong = (column: string, kind = 'is missing', message = kind) => ({ column, kind, message });

function summaryOf(...rows: ReturnType<typeof wrong>[][]): ErrorSummary {
  const summary = new ErrorSummary();
  for (const row of rows) summary.add(row);
  return summary;
}

describe('the summary of a file', () => {
  it('counts rows by column and kind, the most frequent first', () => {
    const summary = summaryOf(
      [wrong('uprn', 'repeats an earlier row', 'repeats an earlier row (line 2)')],
      [wrong('county'), wrong('postcode')],
      [wrong('postcode'), wrong('uprn', 'is missing')],
      [wrong('uprn', 'repeats an earlier row', 'repeats an earlier row (line 9)')],
      [wrong('postcode')],
    );
    expect(summary.lines(5)).toEqual([
      'postcode is missing: 3 rows',
      'uprn repeats an earlier row: 2 rows',
      'county is missing: 1 row',
      'uprn is missing: 1 row',
    ]);
  });

  it('counts a row with several errors in a column once for its suspicion, and never suspects whole rows', () => {
    const both = [wrong('uprn'), wrong('uprn', 'is out of range'), wrong('row', 'has too few cells')];
    const lines = (wrongRows: number) =>
      summaryOf(...Array.from({ length: wrongRows }, () => both)).lines(16);
    expect(lines(9).filter((line) => line.startsWith('nearly'))).toEqual([]);
    expect(lines(10)[0]).toBe('nearly every uprn is wrong: has the column shifted?');
    expect(lines(10).filter((line) => line.startsWith('nearly'))).toHaveLength(1);
  });
});
