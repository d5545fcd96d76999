import { join } from 'node:path';
import { ownEnvironment, readConfig } from './config.ts';
import { demonstrate } from './demonstration/demonstrate.ts';
import { describePlaces, describeResources } from './describe-cloud.ts';
import { exitCodes, type Interruption, listenForInterruption } from './interruption.ts';
import { type LocalCloud, startLocalCloud } from './local-cloud.ts';
import { type Arguments, help, readArguments } from './read-arguments.ts';
import { createScreen, type Screen } from './screen.ts';
import { wipeState } from './wipe-state.ts';

try {
  await main();
} catch (error) {
  const { message, stack } = error as Error;
  console.error(process.argv.includes('--verbose') ? stack : message);
  process.exitCode = exitCodes.failed;
}

async function main(): Promise<void> {
  const args = readArguments(process.argv.slice(2));
  if (args.help) return console.log(help);
  const screen = createScreen(args.json ? process.stderr : process.stdout, args);
  const interruption = listenForInterruption({ process, print: screen.print });
  const config = readConfig(ownEnvironment);
  const place = { ...config, port: args.port ?? config.port };
  try {
    await (args.once ? runOnce : runOn)({ args, place, screen, interruption });
  } catch (error) {
    if (!interruption.signal.aborted || error !== interruption.signal.reason) throw error;
    process.exitCode = exitCodes.interrupted;
  }
  if (interruption.signal.aborted) screen.print('stopped');
  if (interruption.failed) process.exitCode = exitCodes.failed;
}

interface Running {
  args: Arguments;
  place: ReturnType<typeof readConfig>;
  screen: Screen;
  interruption: Interruption;
}

async function runOn({ args, place, screen, interruption }: Running): Promise<void> {
  if (args.fresh) await wipeState(args.state);
  const cloud = await startLocalCloud({
    stateDirectory: args.state,
    clockSpeed: args.speed,
    faults: args.faults,
    ...place,
    onEvent: screen.event,
    signal: interruption.signal,
  });
  for (const line of describeResources(cloud, args)) screen.print(line);
  for (const line of describePlaces(cloud)) screen.print(line);
  if (args.json) console.log(JSON.stringify(asJson(cloud), undefined, 2));
  screen.print('ready');
  await interruption.asked;
  await cloud.stop();
}

async function runOnce({ args, place, screen, interruption }: Running): Promise<void> {
  const stateDirectory = join(args.state, 'once');
  await wipeState(stateDirectory);
  // Not the usual port: whoever has a local cloud open can run the demonstration beside it.
  const port = args.port ?? 0;
  const { signal } = interruption;
  const outcome = await demonstrate({ ...place, port, stateDirectory, screen, signal });
  if (args.json) console.log(JSON.stringify(outcome, undefined, 2));
  process.exitCode = outcome.ok ? 0 : exitCodes.failed;
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
