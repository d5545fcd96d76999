import { candidates } from './candidates.ts';
import { changePolicy } from './change-policy.ts';
import { tableOf } from './compare.ts';
import { slackwater } from './scalers/slackwater.ts';
import type { ScalingTemplate } from './scaling-template.ts';
import { simulate } from './simulate.ts';
import { traces } from './traces.ts';

/** Tries every candidate whose name holds the text on the traces, and says what came of it. */
export function searchPolicies({
  names,
  seed,
  template,
  only,
  say,
}: {
  names: readonly string[];
  seed: string;
  template: ScalingTemplate;
  only: string;
  say(text: string): void;
}): void {
  for (const name of names) {
    const trace = traces[name]?.(seed);
    if (!trace)
      throw new Error(`No trace ${JSON.stringify(name)}: there are ${Object.keys(traces).join(', ')}`);
    const rows = candidates
      .filter((candidate) => candidate.name.includes(only))
      .map((candidate) => {
        const scaler = slackwater(changePolicy(template, candidate), { ...candidate, name: 'slackwater' });
        return { name: candidate.name, scores: simulate(trace, scaler, { seed }).scores };
      });
    say(`\n${trace.title}\n\n${tableOf(rows)}`);
  }
}
