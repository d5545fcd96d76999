import { table } from '../../local/demonstration/table.ts';
import type { FaultOutcome } from './outcome.ts';

const mostShown = 5;

/** The outcome as people read it. */
export function showOutcome(outcome: FaultOutcome): string[] {
  const { sqs, events, kinds, findings } = outcome;
  const share = (count: number) => `${((100 * count) / sqs.calls).toFixed(1)} % of the calls`;
  return [
    '',
    ...table(
      ['went wrong on purpose', 'times', ''],
      [
        ...Object.entries(events).map(([what, times]) => [what, String(times), '']),
        ...Object.entries(sqs.faults).map(([what, times]) => [`SQS: ${what}`, String(times), share(times)]),
      ],
    ),
    '',
    ...table(
      ['messages', 'sent', 'done', 'dead', 'cancelled'],
      kinds.map(({ title, ...row }) => [title, ...[row.sent, row.done, row.dead, row.cancelled].map(String)]),
    ),
    '',
    ...findings.flatMap(({ check, breaches, note }) => [
      `${breaches.length === 0 ? 'kept  ' : 'BROKEN'}  ${check}${note === undefined ? '' : ` (${note})`}`,
      ...breaches.slice(0, mostShown).map((breach) => `          ${breach}`),
      ...(breaches.length > mostShown ? [`          and ${breaches.length - mostShown} more`] : []),
    ]),
    '',
    outcome.ok
      ? `All kept: ${outcome.messages} messages, seed ${outcome.seed}, ${Math.round(outcome.seconds)} s`
      : `Promises were broken; seed ${outcome.seed} decides the same again. Logs, messages and rows: ${outcome.directory}`,
  ];
}
