import type { ExpectedRun } from './expected-runs.ts';
import type { Finding } from './finding.ts';
import type { AttemptSeen, Observation, RunSeen } from './observe.ts';

/** Whether effects happened as often as is promised, and none by an attempt that had no right to it. */
export function checkEffects(seen: Observation, expected: ReadonlyMap<string, ExpectedRun>): Finding[] {
  const runs = new Map(seen.runs.map((run) => [run.runId, run]));
  const attempts = Map.groupBy(seen.attempts, ({ runId }) => runId);
  return [
    transactionalOnce(seen, runs, expected),
    noneAfterTakeover(seen, attempts),
    outsideAtLeastOnce(seen, runs, expected),
    outsideAgainOnlyInWindow(seen, attempts),
  ];
}

type Runs = ReadonlyMap<string, RunSeen>;

function transactionalOnce(
  { effects }: Observation,
  runs: Runs,
  expected: ReadonlyMap<string, ExpectedRun>,
): Finding {
  const commits = Map.groupBy(
    effects.filter(({ what }) => what === 'effect'),
    ({ runId }) => runId,
  );
  const due = [...expected.values()].filter(({ effect }) => effect === 'transactional');
  const wrong = due.flatMap(({ runId, title }) => {
    const state = runs.get(runId)?.state;
    const wanted = state === 'done' ? 1 : 0;
    const happened = commits.get(runId)?.length ?? 0;
    return happened === wanted ? [] : [`${title}, run ${runId}, is ${state} and had ${happened} effects`];
  });
  const strangers = [...commits.keys()].filter((runId) => runs.get(runId)?.state !== 'done');
  return {
    check: 'transactional effects happened exactly once where the run is done, and never where it is not',
    breaches: [...wrong, ...strangers.map((runId) => `run ${runId} is not done, but had an effect`)],
    note: `${due.length} runs, ${commits.size} effects`,
  };
}

/** Whatever committed was written before the next attempt began: both times are the database's. */
function noneAfterTakeover({ effects }: Observation, attempts: ReadonlyMap<string, AttemptSeen[]>): Finding {
  const breaches = effects.flatMap(({ runId, worker, what, began, at }) => {
    const own = attempts.get(runId)?.findLast((one) => one.worker === worker && one.startedAt <= began);
    const newest = attempts.get(runId)?.findLast((one) => one.startedAt <= at);
    if (what === 'after its deadline') return [`run ${runId}: an attempt had an effect after its deadline`];
    if (own && own === newest) return [];
    return [`run ${runId}: attempt ${own?.number} had an effect when attempt ${newest?.number} had the run`];
  });
  return { check: 'no attempt had an effect after it was overtaken or past its deadline', breaches };
}

function outsideAtLeastOnce(
  { posts }: Observation,
  runs: Runs,
  expected: ReadonlyMap<string, ExpectedRun>,
): Finding {
  const posted = new Set(posts.map(({ runId }) => runId));
  const due = [...expected.values()].filter(
    ({ runId, effect }) => effect === 'outside' && runs.get(runId)?.state === 'done',
  );
  const outside = new Set(
    [...expected.values()].filter(({ effect }) => effect === 'outside').map(({ runId }) => runId),
  );
  return {
    check: 'every outside effect happened, under the id of its run',
    breaches: [
      ...due
        .filter(({ runId }) => !posted.has(runId))
        .map(({ runId, title }) => `${title}, run ${runId}, is done without its effect`),
      ...[...posted]
        .filter((runId) => !outside.has(runId))
        .map((runId) => `an effect is for ${runId}, nobody’s run`),
    ],
    note: `${due.length} runs, ${posts.length} effects`,
  };
}

/** An attempt that had its effect and vanished before it could tell: the one window in which a duplicate may arise. */
function outsideAgainOnlyInWindow(
  { posts }: Observation,
  attempts: ReadonlyMap<string, AttemptSeen[]>,
): Finding {
  let inWindow = 0;
  const breaches: string[] = [];
  for (const [runId, own] of Map.groupBy(posts, (post) => post.runId)) {
    const hadByAttempt = new Map<AttemptSeen, number>();
    for (const { worker, began } of own) {
      const attempt = attempts.get(runId)?.findLast((one) => one.worker === worker && one.startedAt <= began);
      if (attempt) hadByAttempt.set(attempt, (hadByAttempt.get(attempt) ?? 0) + 1);
      else breaches.push(`run ${runId}: ${worker} had an effect without an attempt`);
    }
    for (const [{ number, outcome }, had] of hadByAttempt) {
      if (had > 1) breaches.push(`run ${runId}: attempt ${number} had its effect ${had} times`);
      if (outcome === 'vanished') inWindow += 1;
      else if (outcome !== 'done')
        breaches.push(`run ${runId}: attempt ${number} had its effect and is ${outcome}`);
    }
  }
  return {
    check: 'outside effects happened again only where an attempt vanished between effect and commit',
    breaches,
    note: `${inWindow} in that window, each counted by the ledger as a vanished attempt`,
  };
}
