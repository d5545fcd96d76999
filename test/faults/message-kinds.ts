import { familyTask, lateTask, longTask, notifyTask, recordTask } from './fault-tasks.ts';
import { faultTimings } from './fault-timings.ts';

/** What a planned message asks for. */
export interface MessageContent {
  task: string;
  /** Left out for a message that nobody could understand. */
  input?: object;
  /** In place of an envelope. */
  rawBody?: string;
  idempotencyKey?: string;
}

/** A kind of message: how many of 100 there are of it, and what has to become of it. */
interface MessageKind {
  weight: number;
  title: string;
  /** `cancelled` may also be done, if it was faster. */
  becomes: 'done' | 'dead' | 'cancelled';
  effect: 'transactional' | 'outside' | 'none';
  content(luck: Luck, id: string): MessageContent;
}

/** From 0 up to 1, for each word another. */
type Luck = (what: string) => number;

const upTo = (most: number, luck: number) => Math.floor(luck * (most + 1));
const record = (luck: Luck, input: object = {}): MessageContent => ({
  task: recordTask.name,
  input: { failures: 0, workMs: upTo(40, luck('work')), ...input },
});
const notify = (luck: Luck, failures: number): MessageContent => ({
  task: notifyTask.name,
  input: { failures, workMs: upTo(40, luck('work')) },
});
const long = (luck: Luck): MessageContent => ({
  task: longTask.name,
  input: { seconds: faultTimings.leaseSeconds * (1.2 + luck('seconds')) },
});

const invalid: ((id: string) => MessageContent)[] = [
  (id) => ({ task: recordTask.name, rawBody: `${id} is not JSON` }),
  (id) => ({ task: notifyTask.name, rawBody: JSON.stringify({ is: 'no envelope', id }) }),
  (id) => ({
    task: recordTask.name,
    rawBody: JSON.stringify({ specversion: '1.0', id, source: '/faults/invalid', type: 'family', data: {} }),
  }),
  (id) => ({
    task: notifyTask.name,
    rawBody: JSON.stringify({
      ...{ specversion: '1.0', id, source: '/faults/invalid', type: 'notify' },
      data: { failures: 'many' },
    }),
  }),
];

const done = { becomes: 'done', effect: 'transactional' } as const;
const dead = { becomes: 'dead', effect: 'none' } as const;

/** The mix of messages. */
export const kinds = {
  record: { ...done, weight: 30, title: 'transactional effect', content: (luck) => record(luck) },
  'record-retried': {
    ...done,
    weight: 12,
    title: 'transactional effect after 1 to 3 failed attempts',
    content: (luck) => record(luck, { failures: 1 + upTo(2, luck('failures')) }),
  },
  keyed: {
    ...done,
    weight: 3,
    title: 'transactional effect under an idempotency key that others share',
    content: (luck) => {
      // The same key with other data would be another matter.
      return { ...record(() => 0), idempotencyKey: `key-${upTo(50, luck('key'))}` };
    },
  },
  'throw-late': {
    ...done,
    weight: 3,
    title: 'transactional effect, and a throw after its commit',
    content: (luck) => record(luck, { do: 'throw-late' }),
  },
  'put-off': {
    ...done,
    weight: 4,
    title: 'put off by RetryAfter',
    content: (luck) => record(luck, { do: 'put-off' }),
  },
  long: { ...done, weight: 2, title: 'longer than a lease', content: long },
  late: {
    ...done,
    weight: 1,
    title: 'past its deadline once, with late effects',
    content: () => ({ task: lateTask.name, input: {} }),
  },
  notify: {
    ...done,
    effect: 'outside',
    weight: 22,
    title: 'outside effect',
    content: (luck) => notify(luck, 0),
  },
  'notify-retried': {
    ...done,
    effect: 'outside',
    weight: 4,
    title: 'outside effect after 1 to 3 failed attempts',
    content: (luck) => notify(luck, 1 + upTo(2, luck('failures'))),
  },
  family: {
    ...done,
    effect: 'none',
    weight: 5,
    title: 'children and a follow-up, sent again by a second attempt now and then',
    content: (luck) => ({
      task: familyTask.name,
      input: {
        failures: upTo(1, luck('failures')),
        workMs: upTo(40, luck('work')),
        children: 1 + upTo(2, luck('children')),
      },
    }),
  },
  cancelled: {
    becomes: 'cancelled',
    effect: 'transactional',
    weight: 4,
    title: 'cancelled up to 4 s later',
    content: (luck) => (luck('long') < 0.3 ? long(luck) : record(luck, { do: 'put-off' })),
  },
  fail: { ...dead, weight: 2, title: 'fails every time', content: (luck) => record(luck, { do: 'fail' }) },
  'give-up': {
    ...dead,
    weight: 4,
    title: 'PermanentError',
    content: (luck) => record(luck, { do: 'give-up' }),
  },
  invalid: {
    ...dead,
    weight: 4,
    title: 'not JSON, no envelope, another task’s, or other input',
    content: (luck, id) =>
      (invalid[upTo(invalid.length - 1, luck('form'))] ?? ((one) => ({ task: one })))(id),
  },
  kill: {
    ...dead,
    weight: 0,
    title: 'kills its worker',
    content: (luck) => record(luck, { do: 'kill' }),
  },
} as const satisfies Record<string, MessageKind>;
export type Kind = keyof typeof kinds;

/** The kind, as one that any of them may be. */
export function kindOf(kind: Kind): MessageKind {
  return kinds[kind];
}
