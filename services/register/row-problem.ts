/** What is wrong with a row of a file. */
export interface RowProblem {
  /** `row` where it is not about one column. */
  column: string;
  /** The same words for the same mistake, whatever the row: what the summary counts by. */
  kind: string;
  /** What the report says. */
  message: string;
}
