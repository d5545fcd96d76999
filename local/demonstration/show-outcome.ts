import { describeResult, describeValue } from '../describe-result.ts';
import type { Screen } from '../screen.ts';
import type { DemonstrationOutcome } from './demonstrate.ts';
import type { Expectation } from './expectations.ts';
import type { RunRow } from './run-rows.ts';
import { table } from './table.ts';
import { sparkline } from './worker-counts.ts';

const lineCharacters = 150;

/** Prints how the demonstration went. */
export function showOutcome(outcome: DemonstrationOutcome, { print }: Screen): void {
  print('\nRuns');
  const header = ['task', 'run', 'attempts', 'queued', 'worked', 'outcome'];
  for (const line of table(header, outcome.runs.map(cells))) print(`  ${cut(line)}`);

  const { errorReport } = outcome;
  if (errorReport) {
    print(`\nThe error report: ${errorReport.place}, a copy in ${errorReport.copy}`);
    for (const { line, errors } of errorReport.firstRows) print(`  ${cut(`line ${line}: ${errors}`)}`);
    print(`  … ${errorReport.rows} bad rows in all`);
  }
  print('\nWorkers, one character a second');
  const last = outcome.workers.at(-1)?.seconds ?? 0;
  print(`  ${sparkline(outcome.workers, last + 1)}`);
  print(`  ${outcome.workers.map(({ seconds, running }) => `${running} from ${seconds} s`).join(', ')}`);

  print('\nExpectations');
  for (const expectation of outcome.expectations) print(`  ${describeExpectation(expectation)}`);
  if (outcome.missing) print(`\n${outcome.missing}`);
  const failed = outcome.expectations.filter(({ ok }) => !ok).length;
  print(
    outcome.ok
      ? `\nAll ${outcome.expectations.length} expectations hold, after ${outcome.seconds} s`
      : `\n${failed} of ${outcome.expectations.length} expectations do not hold, after ${outcome.seconds} s`,
  );
}

function cells(run: RunRow): string[] {
  const seconds = (value: number): string => `${value.toFixed(1)} s`;
  return [
    run.task,
    run.runId.slice(0, 8),
    String(run.attempts),
    seconds(run.queuedSeconds),
    seconds(run.workedSeconds),
    [run.state, run.reason ?? describeResult(run.result)].filter(Boolean).join(': '),
  ];
}

function describeExpectation({ name, ok, found, expected }: Expectation): string {
  const instead = ok || expected === undefined ? '' : `, not ${describeValue(expected)}`;
  return `${ok ? 'as expected' : 'NOT SO     '}  ${name}: ${describeValue(found)}${instead}`;
}

function cut(line: string): string {
  return line.length <= lineCharacters ? line : `${line.slice(0, lineCharacters - 1)}…`;
}
