import type { Ratio } from './compare.ts';
import type { TraceResult } from './run-trace.ts';
import type { Scores } from './score-board.ts';

/** The benchmark's last line. */
export interface Summary {
  seed: string;
  goals: {
    /** No peer waits less at the 95th percentile for fewer worker-minutes, on any trace. */
    noPeerIsBetter: boolean;
    /** By trace, who is. */
    betterPeers: Record<string, string[]>;
    /** Left out when that trace was not played. */
    silentNightP95Seconds?: number;
    /** At most 150 s. */
    wakesInTime?: boolean;
    attemptsKilledByScalingOrDeployment: number;
  };
  traces: Record<string, { ours: Scores; ratios: Record<string, Ratio> }>;
}

const wakeWithinSeconds = 150;

/** What the results say about our goals, and the ratios of every peer to us. */
export function summaryOf(results: readonly TraceResult[], seed: string): Summary {
  const ours = results.flatMap(({ name, rows, ratios }) => {
    const scores = rows[0]?.scores;
    return scores ? [{ name, scores, ratios }] : [];
  });
  const betterPeers = Object.fromEntries(
    ours.flatMap(({ name, ratios }) => {
      const better = Object.keys(ratios).filter((peer) => ratios[peer]?.isBetter);
      return better.length > 0 ? [[name, better]] : [];
    }),
  );
  const silentNight = ours.find(({ name }) => name === 'silent-night')?.scores.queueSeconds.p95;
  return {
    seed,
    goals: {
      noPeerIsBetter: Object.keys(betterPeers).length === 0,
      betterPeers,
      ...(silentNight === undefined
        ? {}
        : { silentNightP95Seconds: silentNight, wakesInTime: silentNight <= wakeWithinSeconds }),
      attemptsKilledByScalingOrDeployment: ours.reduce(
        (sum, { scores: { killed } }) => sum + killed.scaling + killed.deployment,
        0,
      ),
    },
    traces: Object.fromEntries(ours.map(({ name, scores, ratios }) => [name, { ours: scores, ratios }])),
  };
}
