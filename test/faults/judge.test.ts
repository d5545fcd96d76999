import { expect, test } from 'vitest';
import {
  at,
  attempt,
  calmObservation,
  child,
  deadLetter,
  effect,
  followUp,
  runIds,
  type Spoilable,
} from './calm-observation.ts';
import { judge } from './judge.ts';
import type { AttemptSeen, RunSeen } from './observe.ts';

const breachesOf = (seen: Spoilable) => judge(seen).flatMap(({ breaches }) => breaches);
const runOf = (seen: Spoilable, runId: string): RunSeen => {
  const run = seen.runs.find((one) => one.runId === runId);
  if (!run) throw new Error(`No run ${runId}`);
  return run;
};
const without = <Item extends { runId: string }>(items: Item[], runId: string) =>
  items.filter((one) => one.runId !== runId);
/** Three attempts that ended without a word. */
const vanished = (runId: string): AttemptSeen[] =>
  [1, 2, 3].map((number) => ({
    ...attempt(runId, 'vanished'),
    number,
    startedAt: at(10 * number),
    endedAt: at(10 * number + 6),
  }));

test('where everything was kept nothing is broken', () => {
  expect(breachesOf(calmObservation())).toEqual([]);
});

test.each<[string, (seen: Spoilable) => void, RegExp]>([
  [
    'a message that was accepted and never seen',
    (seen) => {
      seen.runs = without(seen.runs, runIds.notify);
    },
    /m-notify.*is lost/,
  ],
  [
    'a run that never ends',
    (seen) => Object.assign(runOf(seen, runIds.record), { state: 'open' }),
    /is open/,
  ],
  [
    'a run that dies for no reason',
    (seen) => Object.assign(runOf(seen, runIds.record), { state: 'dead', reason: 'it just did' }),
    /is dead \(it just did\) and not done/,
  ],
  [
    'a death laid to vanished attempts that there were not',
    (seen) => Object.assign(runOf(seen, runIds.record), { state: 'dead', reason: 'It kills its worker: 3' }),
    /is dead \(It kills its worker: 3\) and not done/,
  ],
  [
    'a run that is done and was to die',
    (seen) => Object.assign(runOf(seen, runIds.fail), { state: 'done' }),
    /is done \(null\) and not dead/,
  ],
  [
    'a cancelled run that goes on',
    (seen) => Object.assign(runOf(seen, runIds.cancelled), { state: 'done' }),
    /cancel answered cancelled, but it is done/,
  ],
  [
    'a run that nobody asked for',
    (seen) => seen.runs.push({ ...runOf(seen, runIds.record), runId: 'stranger' }),
    /run stranger of record/,
  ],
  [
    'an attempt that never ended',
    (seen) => seen.attempts.push({ ...attempt(runIds.record, ''), outcome: null }),
    /attempt 1 of run .* is open/,
  ],
  [
    'an attempt that was overtaken while its lease stood',
    (seen) => {
      const first = { worker: 'process-2', startedAt: at(9), endedAt: at(11) };
      seen.attempts.unshift({ ...attempt(runIds.record, 'vanished'), ...first });
    },
    /attempt 1 began before the lease of 1 had ended/,
  ],
  [
    'a child that is not counted',
    (seen) => Object.assign(seen.families[0] ?? {}, { done: 0 }),
    /counts .*"done":0/,
  ],
  [
    'a follow-up that was not sent',
    (seen) => Object.assign(seen.families[0] ?? {}, { followUpSent: false }),
    /follow-up due true, sent false/,
  ],
  [
    'a follow-up that nobody worked on',
    (seen) => {
      seen.runs = without(seen.runs, followUp);
    },
    /follow-up of .* is lost/,
  ],
  ['a transactional effect that happened twice', (seen) => seen.effects.push(effect(child)), /had 2 effects/],
  [
    'a transactional effect that did not happen',
    (seen) => {
      seen.effects = without(seen.effects, runIds.record);
    },
    /is done and had 0 effects/,
  ],
  [
    'a transactional effect of a cancelled run',
    (seen) => seen.effects.push(effect(runIds.cancelled)),
    /is cancelled and had 1 effects/,
  ],
  [
    'an effect of an attempt that was overtaken',
    (seen) => {
      seen.attempts.push({
        ...attempt(runIds.record, 'done'),
        number: 2,
        worker: 'process-2',
        startedAt: at(11.5),
      });
    },
    /attempt 1 had an effect when attempt 2 had the run/,
  ],
  [
    'an effect after the deadline',
    (seen) => seen.effects.push({ ...effect(runIds.record), what: 'after its deadline' }),
    /had an effect after its deadline/,
  ],
  [
    'an outside effect that did not happen',
    (seen) => {
      seen.posts = without(seen.posts, followUp);
    },
    /is done without its effect/,
  ],
  [
    'an outside effect under a foreign id',
    (seen) => seen.posts.push({ runId: 'stranger', worker: 'process-1', began: at(11) }),
    /an effect is for stranger/,
  ],
  [
    'an outside effect that an attempt had twice',
    (seen) => seen.posts.push({ runId: runIds.notify, worker: 'process-1', began: at(11) }),
    /attempt 1 had its effect 2 times/,
  ],
  [
    'an outside effect of an attempt that failed afterwards',
    (seen) => {
      seen.attempts.unshift({ ...attempt(runIds.notify, 'failed'), worker: 'process-2' });
      seen.posts.push({ runId: runIds.notify, worker: 'process-2', began: at(11) });
    },
    /had its effect and is failed/,
  ],
  [
    'an outside effect without an attempt',
    (seen) => seen.posts.push({ runId: runIds.notify, worker: 'process-9', began: at(11) }),
    /process-9 had an effect without an attempt/,
  ],
  [
    'a message that is left behind',
    (seen) => Object.assign(seen.left, { notify: 2 }),
    /2 on the queue of notify/,
  ],
  [
    'a dead run without a dead letter',
    (seen) => {
      seen.deadLetters.shift();
    },
    /has no dead letter/,
  ],
  [
    'a dead letter of which the ledger does not know',
    (seen) => Object.assign(runOf(seen, runIds.fail), { deadLetterSent: false }),
    /does not know of its dead letter/,
  ],
  [
    'a dead letter of a run that is not dead',
    (seen) => seen.deadLetters.push(deadLetter(runIds.record, '{}')),
    /a dead letter of run .*, which is done/,
  ],
  [
    'a dead letter without a reason',
    (seen) => seen.deadLetters.push({ Body: 'why' }),
    /without its reason: why/,
  ],
  [
    'an invalid message whose body was changed',
    (seen) => Object.assign(seen.deadLetters[1] ?? {}, { Body: 'another' }),
    /m-invalid is not JSON/,
  ],
  [
    'a worker that did not stop in order',
    (seen) => seen.exits.push({ pid: 3, how: 'SIGKILL', told: 'stop' }),
    /worker 3 left with SIGKILL/,
  ],
  ['a worker that failed', (seen) => seen.exits.push({ pid: 4, how: 1 }), /worker 4 left with 1/],
  [
    'a worker that was killed by nobody',
    (seen) => seen.exits.push({ pid: 5, how: 'SIGKILL' }),
    /1 were killed by 0 attempts/,
  ],
])('%s is found', (_title, spoil, breach) => {
  const seen = calmObservation();
  spoil(seen);
  expect(breachesOf(seen).join('\n')).toMatch(breach);
});

test('a run whose attempts vanished three times may be dead, and is told of', () => {
  const seen = calmObservation();
  Object.assign(runOf(seen, runIds.record), {
    state: 'dead',
    reason: 'It kills its worker',
    deadLetterSent: true,
  });
  seen.attempts = [...without(seen.attempts, runIds.record), ...vanished(runIds.record)];
  seen.effects = without(seen.effects, runIds.record);
  seen.deadLetters.push(deadLetter(runIds.record, '{}'));
  expect(breachesOf(seen)).toEqual([]);
  expect(judge(seen).map(({ note }) => note)).toContainEqual(expect.stringMatching(/^1 died of the faults/));
});

test('an outside effect may happen again when an attempt vanished before it could tell, and that is counted', () => {
  const seen = calmObservation();
  seen.attempts = [
    ...without(seen.attempts, runIds.notify),
    attempt(runIds.notify, 'vanished'),
    { ...attempt(runIds.notify, 'done'), number: 2, worker: 'process-2', startedAt: at(20) },
  ];
  seen.posts.push({ runId: runIds.notify, worker: 'process-2', began: at(21) });
  expect(breachesOf(seen)).toEqual([]);
  expect(judge(seen).map(({ note }) => note)).toContainEqual(expect.stringMatching(/^1 in that window/));
});

test('a dead letter may lie there twice, and one of a run that came again and is done now', () => {
  const seen = calmObservation();
  seen.deadLetters.push(deadLetter(runIds.fail, '{}'), deadLetter(runIds.record, '{}'));
  Object.assign(runOf(seen, runIds.record), { earlierAttempts: 3 });
  expect(breachesOf(seen)).toEqual([]);
});

test('messages that share an idempotency key are one run', () => {
  const seen = calmObservation();
  const [first] = seen.sent;
  if (!first) throw new Error('nothing was sent');
  seen.sent.push({ ...first, runId: 'alias' });
  seen.aliases.set('alias', runIds.record);
  expect(breachesOf(seen)).toEqual([]);
});
