import { type Compared, type Ratio, ratioTo } from './compare.ts';
import type { TraceResult } from './run-trace.ts';
import type { Scores } from './score-board.ts';

/** The benchmark's last line: how our policy did against its goals and its peers. */
export interface Summary {
  seed: string;
  goals: {
    /** No peer, as documented, waits less at the 95th percentile for fewer worker-minutes, on any trace. */
    noPeerIsBetter: boolean;
    /** By trace, who is. */
    betterPeers: Record<string, string[]>;
    /** The same for peers with settings that their documents do not name; not part of the goal. */
    betterTunedPeers: Record<string, string[]>;
    /** Left out when that trace was not played. */
    silentNightP95Seconds?: number;
    /** At most 150 s. */
    wakesInTime?: boolean;
    attemptsKilledByScalingOrDeployment: number;
    /** Not ours to prevent; counted apart. */
    attemptsLostToSpot: number;
  };
  traces: Record<string, { ours: Scores; ratios: Record<string, Ratio> }>;
}

const wakeWithinSeconds = 150;

/** What the results say about our goals, and the ratios of every peer to us. */
export function summaryOf(results: readonly TraceResult[], seed: string): Summary {
  const played = results.flatMap(({ name, rows: [ours, ...peers] }) =>
    ours ? [{ name, ours: ours.scores, ratios: ratiosTo(ours.scores, peers) }] : [],
  );
  const better = (isWanted: (peer: string) => boolean) =>
    Object.fromEntries(
      played
        .map(({ name, ratios }) => [name, peersThat(ratios, isWanted)] as const)
        .filter(([, peers]) => peers.length > 0),
    );
  const betterPeers = better((peer) => !isTuned(peer));
  const silentNight = played.find(({ name }) => name === 'silent-night')?.ours.queueSeconds.p95;
  const sum = (count: (scores: Scores) => number) =>
    played.reduce((total, { ours }) => total + count(ours), 0);
  return {
    seed,
    goals: {
      noPeerIsBetter: Object.keys(betterPeers).length === 0,
      betterPeers,
      betterTunedPeers: better(isTuned),
      ...(silentNight === undefined
        ? {}
        : { silentNightP95Seconds: silentNight, wakesInTime: silentNight <= wakeWithinSeconds }),
      attemptsKilledByScalingOrDeployment: sum(({ killed }) => killed.scaling + killed.deployment),
      attemptsLostToSpot: sum(({ killed }) => killed.spot),
    },
    traces: Object.fromEntries(played.map(({ name, ours, ratios }) => [name, { ours, ratios }])),
  };
}

function ratiosTo(ours: Scores, peers: readonly Compared[]): Record<string, Ratio> {
  return Object.fromEntries(peers.map(({ name, scores }) => [name, ratioTo(ours, scores)]));
}

function peersThat(ratios: Record<string, Ratio>, isWanted: (peer: string) => boolean): string[] {
  return Object.keys(ratios).filter((peer) => ratios[peer]?.isBetter && isWanted(peer));
}

function isTuned(peer: string): boolean {
  return peer.includes('tuned');
}
