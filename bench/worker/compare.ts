import { median } from '../measuring/median.ts';
import type { PeerUsage } from './contender.ts';
import type { Load } from './loads.ts';
import { type Amounts, type Endpoint, measure, type Run } from './measure.ts';
import { medianRun } from './median-run.ts';
import { peerUsages } from './peer-usages.ts';

/** What is compared, and how often. */
export interface Comparison {
  load: Load;
  inFlight: number;
  /** Of every usage of the peer, to find its best. */
  searchRounds: number;
  /** Of ours and the peer's best. */
  rounds: number;
  amounts: Amounts;
  /** Also runs ours with its ledger in this database. */
  databaseUrl?: string | undefined;
}

/** Ours beside the peer in its best usage, and in its best that keeps to full batches. */
export interface Compared {
  load: Load['name'];
  waiting: number;
  ours: Run;
  /** Whatever the number of calls. */
  best: { usage: PeerUsage; run: Run };
  ratio: number;
  /** Medians of every usage in the rounds that looked for the best. */
  usages: { usage: PeerUsage; run: Run }[];
  withLedger?: { run: Run; ratioToWithout: number };
}

/** Finds the peer's best usage of the load, then runs it and ours in turns. */
export async function compare(endpoint: Endpoint, comparison: Comparison): Promise<Compared> {
  const { load, inFlight, searchRounds, rounds, amounts, databaseUrl } = comparison;
  const run = (module: string, seed: string, settings: { usage?: PeerUsage; databaseUrl?: string } = {}) =>
    measure(endpoint, { module, settings: { inFlight, ...settings }, load: load.name, seed, amounts });
  const ours = (seed: string) => run('./run-slackwater.ts', seed);
  const theirs = (seed: string, usage: PeerUsage) => run('./run-sqs-consumer.ts', seed, { usage });

  const tried = await inTurns(
    searchRounds,
    peerUsages.map((usage) => (seed) => theirs(`search/${seed}`, usage)),
  );
  const usages = peerUsages.map((usage, index) => ({ usage, run: medianRun(tried[index] ?? []) }));
  const [best] = usages.toSorted((a, b) => b.run.messagesPerSecond - a.run.messagesPerSecond);
  if (!best) throw new Error('no usage of the peer was tried');

  const contenders = [ours, (seed: string) => theirs(seed, best.usage)];
  if (databaseUrl !== undefined) {
    contenders.push((seed) => run('./run-slackwater.ts', seed, { databaseUrl }));
  }
  const [our = [], their = [], ledgered] = await inTurns(rounds, contenders);
  return {
    load: load.name,
    waiting: amounts.waiting,
    ours: medianRun(our),
    best: { usage: best.usage, run: medianRun(their) },
    ratio: medianRatio(our, their),
    usages,
    ...(ledgered && {
      withLedger: { run: medianRun(ledgered), ratioToWithout: medianRatio(ledgered, our) },
    }),
  };
}

/** Every contender once a round, in another order each time; the runs of each. */
async function inTurns(
  rounds: number,
  contenders: readonly ((seed: string) => Promise<Run>)[],
): Promise<Run[][]> {
  const runs: Run[][] = contenders.map(() => []);
  for (let round = 0; round < rounds; round += 1) {
    for (const index of contenders.keys()) {
      const turn = (index + round) % contenders.length;
      const run = await contenders[turn]?.(String(round));
      if (run) runs[turn]?.push(run);
    }
  }
  return runs;
}

/** Of each round's ratio: what disturbs the machine for a while disturbs both sides of a round. */
function medianRatio(ours: readonly Run[], theirs: readonly Run[]): number {
  return median(
    ours.map((run, round) => run.messagesPerSecond / (theirs[round]?.messagesPerSecond ?? Number.NaN)),
  );
}
