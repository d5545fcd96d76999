import type { Compared } from './compare.ts';
import { drawPicture } from './picture.ts';
import { peersOf, type ScalingTemplates } from './scalers/all-scalers.ts';
import { fixedPool } from './scalers/fixed-pool.ts';
import { slackwater } from './scalers/slackwater.ts';
import { type Outcome, type Scaler, simulate } from './simulate.ts';
import { traces } from './traces.ts';

/** How everybody did on one trace: ours first. */
export interface TraceResult {
  name: string;
  title: string;
  rows: Compared[];
  /** How each scaler was read. */
  assumed: string[];
  svg: string;
}

/** Plays one trace against us and every peer. Throws an Error if there is no such trace. */
export function runTrace(name: string, templates: ScalingTemplates, seed: string): TraceResult {
  const make = traces[name];
  if (!make) {
    throw new Error(`No trace ${JSON.stringify(name)}: there are ${Object.keys(traces).join(', ')}`);
  }
  const trace = make(seed);
  const play = (scaler: Scaler) => ({ scaler, ...checked(scaler.name, simulate(trace, scaler, { seed })) });
  const ours = play(slackwater(templates.ours));
  const affordable = Math.max(1, Math.floor(ours.scores.workerMinutes / (trace.endMs / 60_000)));
  const peers = [...peersOf(templates, trace.task), fixedPool(affordable)].map(play);
  const all = [ours, ...peers];
  return {
    name,
    title: trace.title,
    rows: all.map(({ scaler, scores }) => ({ name: scaler.name, scores })),
    assumed: all.map(({ scaler }) => `${scaler.name}: ${scaler.assumed}`),
    svg: drawPicture(
      trace,
      all.map(({ scaler, scores, timeline }) => ({
        name: scaler.name,
        note: `p95 ${Math.round(scores.queueSeconds.p95)} s, ${Math.round(scores.workerMinutes)} worker-minutes`,
        timeline,
      })),
    ),
  };
}

/** No message may vanish in the simulation itself. */
function checked(name: string, outcome: Outcome): Outcome {
  const { scores, left } = outcome;
  if (scores.neverHandled !== left.waiting + left.inFlight) {
    throw new Error(
      `${name}: ${scores.neverHandled} messages were not handled, but ${left.waiting} wait and ${left.inFlight} are in flight`,
    );
  }
  return outcome;
}
