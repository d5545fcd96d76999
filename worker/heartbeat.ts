import { closeSync, openSync, writeSync } from 'node:fs';
import type { Logger } from 'pino';
import { type LoopWatch, monotonicSeconds, type Stall } from './watch-loops.ts';

/** What a worker last said of itself. */
export interface HeartbeatRecord {
  /** Of the machine's monotonic clock. */
  beatAtSeconds: number;
  stalls: Stall[];
}

/** The signs of life of a worker. */
export interface Heartbeat {
  stop(): void;
}

/** Every record has this length, so that it is written over the last one and needs no room on a full disk. */
const recordLength = 1024;
const mostStalls = 8;
/** After so long a silence the worker's leases have run out twice over: it is stuck in one piece of code. */
const longestSilenceSeconds = 120;

/**
 * Writes every few seconds that the process lives and which of its loops do not, for `health.ts` to judge. A stall is
 * logged too, once a loop. Throws if the file cannot be made.
 */
export function startHeartbeat(options: {
  file: string;
  loops: Pick<LoopWatch, 'stalls'>;
  everySeconds: number;
  log: Logger;
}): Heartbeat {
  const { file, loops, everySeconds, log } = options;
  const descriptor = openSync(file, 'w');
  const told = new Set<string>();

  const beat = () => {
    const stalls = loops.stalls();
    for (const { loop, seconds } of stalls) {
      if (!told.has(loop)) log.error({ loop, seconds }, 'a loop makes no progress: this worker is unhealthy');
      told.add(loop);
    }
    const record: HeartbeatRecord = {
      beatAtSeconds: monotonicSeconds(),
      stalls: stalls.slice(0, mostStalls),
    };
    try {
      writeSync(descriptor, JSON.stringify(record).padEnd(recordLength), 0);
    } catch (error) {
      log.error({ err: error, file }, 'could not write the heartbeat');
    }
  };

  beat();
  const timer = setInterval(beat, everySeconds * 1000);
  return {
    stop: () => {
      clearInterval(timer);
      closeSync(descriptor);
    },
  };
}

/** What is wrong with the worker that wrote this record, if anything is. Throws if it is no record. */
export function healthProblem(text: string): string | undefined {
  const { beatAtSeconds, stalls } = JSON.parse(text) as HeartbeatRecord;
  const silence = monotonicSeconds() - beatAtSeconds;
  if (!(silence <= longestSilenceSeconds)) return `no heartbeat for ${Math.round(silence)} s`;
  if (stalls.length === 0) return undefined;
  return `no progress of ${stalls.map(({ loop, seconds }) => `${loop} for ${seconds} s`).join(', ')}`;
}
