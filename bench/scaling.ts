import { mkdir, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { parseArgs } from 'node:util';
import { tableOf } from './scaling/compare.ts';
import { runTrace } from './scaling/run-trace.ts';
import type { ScalingTemplates } from './scaling/scalers/all-scalers.ts';
import { searchPolicies } from './scaling/search.ts';
import { summaryOf } from './scaling/summary.ts';
import { ourScalingTemplate, queueProcessingTemplate } from './scaling/synthesize-templates.ts';
import { traces } from './scaling/traces.ts';

const help = `Plays message traces against our scaling policy, as the template has it, and against its peers.

  npm run bench:scaling                          every trace; the last line is one JSON object with the ratios
  npm run bench:scaling -- --seed 7              other arrivals and start times; the same seed gives the same numbers
  npm run bench:scaling -- --trace burst         one trace: ${Object.keys(traces).join(', ')}
  npm run bench:scaling -- --json                the JSON object alone
  npm run bench:scaling -- --pictures docs/scaling   also writes an SVG a trace into that folder
  npm run bench:scaling -- --search              tries other policies than the deployed one, in place of the peers
  npm run bench:scaling -- --search --only steps     only those whose name says so

docs/scaling.md tells what is simulated and what came of it.
`;

const { values } = parseArgs({
  options: {
    help: { type: 'boolean', short: 'h', default: false },
    seed: { type: 'string', default: '1' },
    trace: { type: 'string' },
    json: { type: 'boolean', default: false },
    pictures: { type: 'string' },
    search: { type: 'boolean', default: false },
    only: { type: 'string', default: '' },
  },
});
const { seed, json, pictures } = values;
const names = values.trace === undefined ? Object.keys(traces) : values.trace.split(',');
const say = (text: string) => {
  if (!json) console.log(text);
};

if (values.help) {
  console.log(help);
} else if (values.search) {
  searchPolicies({ names, seed, template: await ourScalingTemplate(), only: values.only, say });
} else {
  await compareAll();
}

async function compareAll(): Promise<void> {
  const ours = await ourScalingTemplate();
  const templates: ScalingTemplates = {
    ours,
    queueProcessing: queueProcessingTemplate(),
    queueProcessingFromZero: queueProcessingTemplate({
      minScalingCapacity: 0,
      maxScalingCapacity: ours.maximum,
    }),
  };
  const results = names.map((name) => {
    const result = runTrace(name, templates, seed);
    say(`\n${result.title}\n\n${tableOf(result.rows)}`);
    return result;
  });
  if (pictures !== undefined) {
    await mkdir(pictures, { recursive: true });
    for (const { name, svg } of results) await writeFile(path.join(pictures, `${name}.svg`), svg);
    say(`\nPictures: ${results.map(({ name }) => path.join(pictures, `${name}.svg`)).join(', ')}`);
  }
  say(`\nHow each was read:\n${results[0]?.assumed.join('\n')}`);
  say(
    '\np50, p95, p99: time in the queue in seconds. minutes: worker-minutes. late: past the objective. never: not handled\n' +
      'when the simulation ended. scaling, deploy, spot: attempts that a stop broke off.\n',
  );
  console.log(JSON.stringify(summaryOf(results, seed)));
}
