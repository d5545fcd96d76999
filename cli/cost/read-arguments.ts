import { parseArgs } from 'node:util';

/** What `npm run cost` was asked. */
export interface CostArguments {
  help: boolean;
  json: boolean;
  env: string | undefined;
  write: string | undefined;
}

export const help = `What the stack costs: a month at rest, item by item, and a million messages of each task.

  npm run cost                            every environment
  npm run cost -- --env prod              one of them
  npm run cost -- --env dev --json        one JSON object on standard output
  npm run cost -- --write docs/cost.md    makes the tables of that page anew

It synthesizes the stack and reads its template; it asks AWS nothing and needs no account. The prices stand in
cli/cost/prices.json with their day, region and source, the assumptions in cli/cost/assumptions.ts.`;

/** Throws an Error that says what is wrong and where help is. */
export function readArguments(args: readonly string[]): CostArguments {
  try {
    const { values } = parseArgs({
      args: [...args],
      options: {
        help: { type: 'boolean', short: 'h', default: false },
        json: { type: 'boolean', default: false },
        env: { type: 'string' },
        write: { type: 'string' },
      },
    });
    return { ...values, env: values.env, write: values.write };
  } catch (error) {
    throw new Error(`${(error as Error).message}\nnpm run cost -- --help shows what can be said.`);
  }
}
