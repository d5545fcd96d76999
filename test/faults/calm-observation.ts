import { deadLetterAttribute } from '../../messages/dead-letter.ts';
import { runIdOf } from '../../messages/run-id.ts';
import { relativesOf } from './expected-runs.ts';
import type { PlannedMessage } from './make-plan.ts';
import type { Kind } from './message-kinds.ts';
import type { AttemptSeen, Observation, RunSeen } from './observe.ts';
import type { Sent } from './send-plan.ts';

/** An observation that can be spoiled. */
export type Spoilable = { -readonly [Part in keyof Observation]: Mutable<Observation[Part]> };
type Mutable<Value> = Value extends readonly (infer Item)[]
  ? Item[]
  : Value extends ReadonlyMap<infer Key, infer Item>
    ? Map<Key, Item>
    : Value extends Readonly<Record<string, number>>
      ? Record<string, number>
      : Value;

/** When so many seconds have passed. */
export const at = (seconds: number) => new Date(seconds * 1000);
export const runIds = {
  record: runIdOf({ type: 'record', source: '/faults', id: 'm-record' }),
  notify: runIdOf({ type: 'notify', source: '/faults', id: 'm-notify' }),
  family: runIdOf({ type: 'family', source: '/faults', id: 'm-family' }),
  cancelled: runIdOf({ type: 'long', source: '/faults', id: 'm-cancelled' }),
  fail: runIdOf({ type: 'record', source: '/faults', id: 'm-fail' }),
  invalid: runIdOf({ type: 'record', source: 'arn:aws:sqs:queue', id: 'sqs-id' }),
};
export const [child, followUp] = relativesOf(runIds.family, { children: 1 }).map(({ runId }) => runId) as [
  string,
  string,
];

/** What is seen when a message of every sort was sent and nothing went wrong. */
export function calmObservation(): Spoilable {
  return {
    sent: [
      sent('record', 'record'),
      sent('notify', 'notify'),
      sent('family', 'family', { children: 1 }),
      { ...sent('cancelled', 'long'), cancelled: 'cancelled' },
      sent('fail', 'record'),
      { message: { ...message('invalid', 'record'), rawBody: 'm-invalid is not JSON' } },
    ],
    runs: [
      run(runIds.record, 'done'),
      run(runIds.notify, 'done'),
      run(runIds.family, 'done'),
      { ...run(child, 'done'), parentRunId: runIds.family },
      run(followUp, 'done'),
      run(runIds.cancelled, 'cancelled'),
      run(runIds.fail, 'dead'),
      { ...run(runIds.invalid, 'dead'), source: 'arn:aws:sqs:queue' },
    ],
    attempts: [
      attempt(runIds.record, 'done'),
      attempt(runIds.notify, 'done'),
      attempt(runIds.family, 'done'),
      attempt(child, 'done'),
      attempt(followUp, 'done'),
      attempt(runIds.cancelled, 'cancelled'),
      { ...attempt(runIds.fail, 'dead'), error: 'PlannedFailure' },
      attempt(runIds.invalid, 'dead'),
    ],
    aliases: new Map(),
    families: [
      { parentRunId: runIds.family, waiting: 0, done: 1, dead: 0, cancelled: 0, followUpSent: true },
    ],
    effects: [effect(runIds.record), effect(child)],
    posts: [
      { runId: runIds.notify, worker: 'process-1', began: at(11) },
      { runId: followUp, worker: 'process-1', began: at(11) },
    ],
    deadLetters: [deadLetter(runIds.fail, '{}'), deadLetter(runIds.invalid, 'm-invalid is not JSON')],
    left: { record: 0, notify: 0 },
    exits: [
      { pid: 1, how: 0, told: 'stop' },
      { pid: 2, how: 'SIGKILL', told: 'kill' },
    ],
  };
}

/** An attempt that began after ten seconds; its number is 1. */
export function attempt(runId: string, outcome: string): AttemptSeen {
  return { runId, number: 1, worker: 'process-1', startedAt: at(10), endedAt: at(15), outcome, error: null };
}

/** An effect of that attempt. */
export function effect(runId: string) {
  return { runId, worker: 'process-1', what: 'effect', began: at(11), at: at(12) };
}

/** A dead letter with its reason. */
export function deadLetter(runId: string, Body: string) {
  const told = {
    ...{
      runId,
      task: 'record',
      source: '/faults',
      id: 'm',
      reason: 'it died',
      attempts: 1,
      worker: 'process-1',
    },
    firstSeenAt: at(1).toISOString(),
    deadAt: at(20).toISOString(),
  };
  return {
    Body,
    MessageAttributes: { [deadLetterAttribute]: { DataType: 'String', StringValue: JSON.stringify(told) } },
  };
}

function run(runId: string, state: RunSeen['state']): RunSeen {
  return {
    ...{
      runId,
      state,
      task: 'record',
      source: '/faults',
      reason: null,
      earlierAttempts: 0,
      parentRunId: null,
    },
    deadLetterSent: state === 'dead',
  };
}

function message(kind: Kind, task: string): PlannedMessage {
  return { id: `m-${kind}`, kind, task, twice: false };
}

function sent(kind: Exclude<keyof typeof runIds, 'invalid'>, task: string, input: object = {}): Sent {
  return { message: { ...message(kind, task), input }, runId: runIds[kind] };
}
