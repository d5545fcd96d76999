import { readdir, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { ownEnvironment, readConfig } from './config.ts';
import { demonstrate } from './demonstration/demonstrate.ts';
import { describePlaces, describeResources } from './describe-cloud.ts';
import { type LocalCloud, startLocalCloud } from './local-cloud.ts';
import { type Arguments, help, readArguments } from './read-arguments.ts';
import { createScreen, type Screen } from './screen.ts';
import { lockState } from './state-lock.ts';

try {
  await main();
} catch (error) {
  const { message, stack } = error as Error;
  console.error(process.argv.includes('--verbose') ? stack : message);
  process.exitCode = 1;
}

async function main(): Promise<void> {
  const args = readArguments(process.argv.slice(2));
  if (args.help) return console.log(help);
  const config = readConfig(ownEnvironment);
  const screen = createScreen(args.json ? process.stderr : process.stdout, args);
  const place = { ...config, port: args.port ?? config.port };
  if (args.once) await runOnce(args, place, screen);
  else await runOn(args, place, screen);
}

type Place = ReturnType<typeof readConfig>;

async function runOn(args: Arguments, place: Place, screen: Screen): Promise<void> {
  const interrupted = untilInterrupted(screen);
  if (args.fresh) await wipe(args.state);
  screen.print(`Starting the local cloud; its state lies in ${args.state}`);
  if (args.speed > 1)
    screen.print(`The clock of schedules, metrics, alarms and scaling runs ${args.speed}× as fast`);
  const cloud = await startLocalCloud({
    stateDirectory: args.state,
    clockSpeed: args.speed,
    ...place,
    onEvent: screen.event,
  });
  for (const line of describeResources(cloud, args)) screen.print(line);
  for (const line of describePlaces(cloud)) screen.print(line);
  if (args.json) console.log(JSON.stringify(asJson(cloud), undefined, 2));
  screen.print('ready');
  await interrupted;
  screen.print('Stopping: workers, functions, database');
  await cloud.stop();
  screen.print('stopped');
}

async function runOnce(args: Arguments, place: Place, screen: Screen): Promise<void> {
  const stateDirectory = join(args.state, 'once');
  await wipe(stateDirectory);
  // Not the usual port: whoever has a local cloud open can run the demonstration beside it.
  const port = args.port ?? 0;
  const interrupted = untilInterrupted(screen);
  const outcome = await demonstrate({ ...place, port, stateDirectory, screen, interrupted });
  if (args.json) console.log(JSON.stringify(outcome, undefined, 2));
  process.exitCode = outcome.ok ? 0 : 1;
}

/** Forgets a state directory, unless a living local cloud works on it. Throws if it looks like anything else. */
async function wipe(stateDirectory: string): Promise<void> {
  const entries = await readdir(stateDirectory).catch(() => []);
  if (
    entries.length > 0 &&
    !entries.some((entry) => ['postgres', 'cloud-assembly', 'once'].includes(entry))
  ) {
    throw new Error(`${stateDirectory} holds other things than a local cloud's state: it is not wiped`);
  }
  const release = await lockState(stateDirectory);
  await release();
  await rm(stateDirectory, { recursive: true, force: true });
}

/** Ctrl-C ends all in order; a second one ends at once, which the next start puts up with. */
function untilInterrupted(screen: Screen): Promise<void> {
  const { promise, resolve } = Promise.withResolvers<void>();
  let asked = false;
  for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) {
    process.on(signal, () => {
      if (asked) process.exit(130);
      asked = true;
      screen.print('Stopping (once more: at once)');
      resolve();
    });
  }
  return promise;
}

function asJson({ urls, names, stack }: LocalCloud): object {
  return {
    endpoint: urls.endpoint,
    databaseUrl: urls.database,
    ...names,
    stack: stack.stackName,
    outputs: stack.outputs,
  };
}
