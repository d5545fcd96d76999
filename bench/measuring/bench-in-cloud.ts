import { type BenchCloud, startBenchCloud } from './bench-cloud.ts';

/** What a benchmark says in the end: a table for people, and what goes into the last line as JSON. */
export interface BenchOutcome {
  table: string;
  summary: object;
}

/** Tells people how far the benchmark is. */
export type Say = (text: string) => void;

/** Measures in a cloud of the benchmark's own and prints what came of it; for machines the JSON alone. */
export async function benchInCloud(
  { json }: { json: boolean },
  measure: (cloud: BenchCloud, say: Say) => Promise<BenchOutcome>,
): Promise<void> {
  const say: Say = (text) => {
    if (!json) console.log(text);
  };
  const cloud = await startBenchCloud();
  try {
    const { table, summary } = await measure(cloud, say);
    say(`\n${table}\n`);
    console.log(JSON.stringify(summary));
  } finally {
    await cloud.stop();
  }
}
