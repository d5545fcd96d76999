import { type ExpectedRun, relativesOf } from './expected-runs.ts';
import type { Finding } from './finding.ts';
import type { AttemptSeen, Observation, RunSeen } from './observe.ts';

const vanishedThatKill = 3;
const mostAttempts = 6;

/** Whether every accepted message's run has ended, as planned, and stands in the ledger with all that belongs to it. */
export function checkRuns(seen: Observation, expected: ReadonlyMap<string, ExpectedRun>): Finding[] {
  const runs = new Map(seen.runs.map((run) => [run.runId, run]));
  const attempts = Map.groupBy(seen.attempts, ({ runId }) => runId);
  return [
    ended(runs, expected),
    endedAsPlanned(runs, attempts, expected),
    cancelledForGood(runs, expected),
    nobodysRuns(seen, expected),
    settledAttempts(seen),
    overtakenInTime(seen, attempts),
    countedFamilies(seen),
  ];
}

type Runs = ReadonlyMap<string, RunSeen>;

function ended(runs: Runs, expected: ReadonlyMap<string, ExpectedRun>): Finding {
  return {
    check: 'every accepted message has ended: done, dead or cancelled',
    breaches: [...expected.values()].flatMap(({ runId, title }) => {
      const state = runs.get(runId)?.state ?? 'lost';
      return ['done', 'dead', 'cancelled'].includes(state) ? [] : [`${title}, run ${runId}, is ${state}`];
    }),
  };
}

/** A run may die of the faults themselves: of three vanished attempts, or of attempts that were all spoiled. */
function endedAsPlanned(
  runs: Runs,
  attempts: ReadonlyMap<string, AttemptSeen[]>,
  expected: ReadonlyMap<string, ExpectedRun>,
): Finding {
  let victims = 0;
  const breaches = [...expected.values()].flatMap(({ runId, title, becomes }) => {
    const run = runs.get(runId);
    if (!run || run.state === becomes) return [];
    if (becomes === 'cancelled' && run.state === 'done') return [];
    if (run.state === 'dead' && isVictim(run, attempts.get(runId) ?? [])) {
      victims += 1;
      return [];
    }
    return [`${title}, run ${runId}, is ${run.state} (${run.reason}) and not ${becomes}`];
  });
  return {
    check: 'it has ended as planned',
    breaches,
    note: `${victims} died of the faults: three workers were killed under them, or all attempts spoiled`,
  };
}

function isVictim(run: RunSeen, attempts: readonly AttemptSeen[]): boolean {
  const vanished = attempts.filter(({ outcome }) => outcome === 'vanished').length;
  if (run.reason?.startsWith('It kills its worker')) return vanished >= vanishedThatKill;
  const counted = attempts.filter(({ outcome }) => outcome !== 'handed-back').length;
  const spoiled = attempts.filter(
    ({ outcome, error }) => outcome !== 'handed-back' && error !== 'PlannedFailure',
  );
  return counted >= mostAttempts && spoiled.length >= vanishedThatKill;
}

function cancelledForGood(runs: Runs, expected: ReadonlyMap<string, ExpectedRun>): Finding {
  const cancels = [...expected.values()].filter(({ cancelled }) => cancelled !== undefined);
  return {
    check: 'what was cancelled stays cancelled, and what had ended before is not',
    breaches: cancels.flatMap(({ runId, title, cancelled }) => {
      const state = runs.get(runId)?.state;
      const fits = (state === 'cancelled') === (cancelled === 'cancelled');
      return fits ? [] : [`${title}, run ${runId}: cancel answered ${cancelled}, but it is ${state}`];
    }),
    note: `${cancels.filter(({ cancelled }) => cancelled === 'cancelled').length} were in time`,
  };
}

function nobodysRuns({ runs, sent }: Observation, expected: ReadonlyMap<string, ExpectedRun>): Finding {
  const relatives = sent.flatMap(({ message, runId }) =>
    message.kind === 'family' && runId ? relativesOf(runId, message.input as { children: number }) : [],
  );
  const known = new Set([...expected.keys(), ...relatives.map(({ runId }) => runId)]);
  return {
    check: 'the ledger has no run that nobody asked for',
    breaches: runs
      .filter(({ runId, source }) => !known.has(runId) && !isOfInvalidMessage(source))
      .map(({ runId, task, source }) => `run ${runId} of ${task} from ${source}`),
  };
}

/** A message that cannot be read names no run: its queue and SQS's id do. */
function isOfInvalidMessage(source: string | null): boolean {
  return source === '/faults/invalid' || (source ?? '').startsWith('arn:aws:sqs:');
}

function settledAttempts({ attempts }: Observation): Finding {
  const counts = Map.groupBy(attempts, ({ outcome }) => outcome ?? 'open');
  return {
    check: 'every attempt has ended in the ledger',
    breaches: (counts.get('open') ?? []).map(
      ({ runId, number }) => `attempt ${number} of run ${runId} is open`,
    ),
    note: [...counts].map(([outcome, { length }]) => `${length} ${outcome}`).join(', '),
  };
}

/** Whoever vanishes is given until its lease's end: both times are the database's. */
function overtakenInTime({ exits }: Observation, attempts: ReadonlyMap<string, AttemptSeen[]>): Finding {
  const killed = new Set(exits.filter(({ how }) => how === 'SIGKILL').map(({ pid }) => `process-${pid}`));
  const breaches: string[] = [];
  let ofKilled = 0;
  let ofOthers = 0;
  for (const [runId, own] of attempts) {
    for (const [index, { number, worker, outcome, endedAt }] of own.entries()) {
      if (outcome !== 'vanished') continue;
      if (killed.has(worker)) ofKilled += 1;
      else ofOthers += 1;
      const next = own[index + 1];
      if (next && endedAt && next.startedAt >= endedAt) continue;
      if (next)
        breaches.push(`run ${runId}: attempt ${next.number} began before the lease of ${number} had ended`);
    }
  }
  return {
    check: 'an attempt was overtaken only when its lease had run out',
    breaches,
    note: `${ofKilled} vanished with workers that were killed, ${ofOthers} while paused or without the database`,
  };
}

function countedFamilies({ families, runs }: Observation): Finding {
  const children = Map.groupBy(runs, ({ parentRunId }) => parentRunId);
  const states = new Map(runs.map(({ runId, state }) => [runId, state]));
  return {
    check: 'parents count their children as they ended, and their follow-up was sent once all had',
    breaches: families.flatMap(({ parentRunId, followUpSent, ...counted }) => {
      const own = children.get(parentRunId) ?? [];
      const count = (state: string) => own.filter((run) => run.state === state).length;
      const actual = {
        waiting: count('open') + count('running'),
        done: count('done'),
        dead: count('dead'),
        cancelled: count('cancelled'),
      };
      const wrong = JSON.stringify(counted) !== JSON.stringify(actual);
      const due = states.get(parentRunId) === 'done';
      return [
        ...(wrong
          ? [`run ${parentRunId} counts ${JSON.stringify(counted)}, but has ${JSON.stringify(actual)}`]
          : []),
        ...(due === followUpSent ? [] : [`run ${parentRunId}: follow-up due ${due}, sent ${followUpSent}`]),
      ];
    }),
    note: `${families.length} families`,
  };
}
