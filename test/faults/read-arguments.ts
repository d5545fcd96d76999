import { parseArgs } from 'node:util';

/** What the fault test was asked for. */
export interface Arguments {
  help: boolean;
  json: boolean;
  keep: boolean;
  messages: number;
  seed: string;
  workers: number;
}

/** The text of `--help`. */
export const help = `Sends messages of every kind to real workers while everything fails around them, and checks from outside that nothing
is lost, doubled or left behind.

  npm run test:faults                             20,000 messages, some minutes
  npm run test:faults -- --messages 1500          fewer, about a minute
  npm run test:faults -- --seed 7                 other messages and other faults; the same seed decides the same
  npm run test:faults -- --workers 3              worker processes at once; default 4
  npm run test:faults -- --keep                   keeps the folder with logs, messages and rows also if all is well
  npm run --silent test:faults -- --json          one JSON object on standard output, the rest on standard error

Exit code 0: every promise was kept. docs/faults.md tells what is done, what is checked, and what came of it.
`;

/** Reads the command line. Throws an Error that says what is wrong and how to get help. */
export function readArguments(args: readonly string[]): Arguments {
  try {
    const { values } = parseArgs({
      args: [...args],
      options: {
        help: { type: 'boolean', short: 'h', default: false },
        json: { type: 'boolean', default: false },
        keep: { type: 'boolean', default: false },
        messages: { type: 'string', default: '20000' },
        seed: { type: 'string', default: '1' },
        workers: { type: 'string', default: '4' },
      },
    });
    return {
      ...values,
      messages: whole('--messages', values.messages, [100, 1_000_000]),
      workers: whole('--workers', values.workers, [1, 8]),
    };
  } catch (error) {
    throw new Error(`${(error as Error).message}\nnpm run test:faults -- --help shows what can be said.`);
  }
}

function whole(option: string, text: string, [least, most]: [number, number]): number {
  const number = Number(text);
  if (/^\d+$/.test(text) && number >= least && number <= most) return number;
  throw new Error(`${option} takes a whole number from ${least} to ${most}, got ${JSON.stringify(text)}`);
}
