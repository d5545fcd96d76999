import type { ClientBase } from 'pg';
import { fetchAll } from './fetch-all.ts';
import type { RowProblem } from './row-problem.ts';

/** A staged row that was not loaded. */
export interface BadRow {
  line: number;
  /** What the report is to show of it. */
  record: string;
  /** What the file alone shows to be wrong first, then what the database found. */
  problems: RowProblem[];
}

/** The lines of the rows that the database found bad and of which there is no record yet, in ascending order. */
export async function* linesWithoutRecord(transaction: ClientBase): AsyncGenerator<number[]> {
  const batches = fetchAll<{ line: number }>(
    transaction,
    `SELECT DISTINCT line FROM staged_problem JOIN staged_row USING (line) WHERE record IS NULL ORDER BY line`,
  );
  for await (const rows of batches) yield rows.map(({ line }) => line);
}

/** The bad ones of the staged rows in the order of the file, in constant memory. */
export async function* badRows(transaction: ClientBase): AsyncGenerator<BadRow> {
  const batches = fetchAll<{ line: number; record: string; problems: string | null; found: Found[] | null }>(
    transaction,
    `SELECT staged_row.line, coalesce(staged_row.record, staged_record.record) AS record, problems, found
     FROM staged_row LEFT JOIN staged_record USING (line) LEFT JOIN (
       SELECT line, json_agg(json_build_object('reason', reason, 'firstLine', first_line) ORDER BY reason) AS found
       FROM staged_problem GROUP BY line
     ) AS by_line USING (line)
     WHERE problems IS NOT NULL OR found IS NOT NULL
     ORDER BY line`,
  );
  for await (const rows of batches) {
    for (const { line, record, problems, found } of rows) {
      const own: RowProblem[] = problems === null ? [] : JSON.parse(problems);
      yield { line, record, problems: [...own, ...(found ?? []).map(told)] };
    }
  }
}

interface Found {
  reason: keyof typeof reasons;
  firstLine: number | null;
}

const reasons = {
  'repeated row_reference': { column: 'row_reference', kind: 'repeats an earlier row' },
  'repeated uprn': { column: 'uprn', kind: 'repeats an earlier row' },
  'repeated address_key': { column: 'address_line_1', kind: 'repeats the address of an earlier row' },
  'foreign uprn': { column: 'uprn', kind: 'is registered to another landlord' },
};

function told({ reason, firstLine }: Found): RowProblem {
  const { column, kind } = reasons[reason];
  return { column, kind, message: firstLine === null ? kind : `${kind} (line ${firstLine})` };
}
