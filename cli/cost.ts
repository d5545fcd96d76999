import { readFile, writeFile } from 'node:fs/promises';
import { tasks } from '../tasks/index.ts';
import { estimate } from './cost/estimate.ts';
import { help, readArguments } from './cost/read-arguments.ts';
import { showEstimate } from './cost/show-estimate.ts';
import { synthesize } from './cost/synthesize.ts';
import { writeTables } from './cost/write-tables.ts';

try {
  await main();
} catch (error) {
  console.error((error as Error).message);
  process.exitCode = 1;
}

async function main(): Promise<void> {
  const args = readArguments(process.argv.slice(2));
  if (args.help) return console.log(help);
  const costs = estimate(await synthesize(), { tasks, environment: args.env });
  if (args.write !== undefined) {
    await writeFile(args.write, writeTables(await readFile(args.write, 'utf8'), costs));
  } else console.log(args.json ? JSON.stringify(costs, undefined, 2) : showEstimate(costs));
  const notPriced = [...costs.environments, costs.peer].flatMap(({ idle }) => idle.notPriced);
  if (notPriced.length > 0) {
    const types = [...new Set(notPriced.map(({ type }) => type))];
    console.error(`Not priced, so the totals are too low: ${types.join(', ')}`);
  }
}
