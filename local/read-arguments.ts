import { parseArgs } from 'node:util';

/** What `npm start` was asked for. */
export interface Arguments {
  help: boolean;
  once: boolean;
  json: boolean;
  verbose: boolean;
  fresh: boolean;
  port: number | undefined;
  speed: number;
  /** Seed of the trouble that SQS is to make. */
  faults: string | undefined;
  state: string;
}

/** The text of `--help`. */
export const help = `Runs the whole stack on this machine: queues, buckets, schedules, scaling, workers, database.

  npm start                        runs until Ctrl-C; what was there yesterday is there again
  npm start -- --fresh             the same, but forgets yesterday's messages, files and rows first
  npm start -- --port 4600         listens there in place of 4580 (or SLACKWATER_PORT)
  npm start -- --state /tmp/other  keeps its state there in place of .slackwater
  npm start -- --speed 12          schedules, metrics, alarms and scaling run 12 times as fast: no minute's wait for a worker
  npm start -- --faults 7          SQS throttles, fails, loses answers and delivers twice; the number decides which calls
  npm start -- --verbose           names every resource and shows every run of the demand Lambda
  npm start --silent -- --json     one JSON object with all names and addresses on standard output, the rest on standard error
  npm start -- --once              runs the demonstration from nothing and ends: exit code 0 if all went as expected
  npm start --silent -- --once --json   the same, its outcome as one JSON object on standard output

With DATABASE_URL set, that Postgres is used in place of one that is started here.
`;

/** Reads the command line. Throws an Error that says what is wrong and how to get help. */
export function readArguments(args: readonly string[]): Arguments {
  try {
    const { values } = parseArgs({
      args: [...args],
      options: {
        help: { type: 'boolean', short: 'h', default: false },
        once: { type: 'boolean', default: false },
        json: { type: 'boolean', default: false },
        verbose: { type: 'boolean', default: false },
        fresh: { type: 'boolean', default: false },
        port: { type: 'string' },
        faults: { type: 'string' },
        speed: { type: 'string', default: '1' },
        state: { type: 'string', default: '.slackwater' },
      },
    });
    if (values.once && values.faults !== undefined) {
      throw new Error('--faults is for a local cloud that runs on: the demonstration expects a good day');
    }
    return {
      ...values,
      faults: values.faults,
      port: values.port === undefined ? undefined : readPort(values.port),
      speed: readSpeed(values.speed),
    };
  } catch (error) {
    throw new Error(`${(error as Error).message}\nnpm start -- --help shows what can be said.`);
  }
}

function readPort(text: string): number {
  const port = Number(text);
  if (/^\d+$/.test(text) && port <= 65_535) return port;
  throw new Error(`--port takes a number from 0 to 65535, got ${JSON.stringify(text)}`);
}

function readSpeed(text: string): number {
  const speed = Number(text);
  if (speed >= 1 && speed <= 60) return speed;
  throw new Error(`--speed takes a number from 1 to 60, got ${JSON.stringify(text)}`);
}
