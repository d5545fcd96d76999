import { exitCodes, listenForInterruption } from '../../local/interruption.ts';
import { standardTimings } from '../../worker/timings.ts';
import { faultTimings } from './fault-timings.ts';
import { help, readArguments } from './read-arguments.ts';
import { runFaults } from './run-faults.ts';
import { showOutcome } from './show-outcome.ts';

try {
  await main();
} catch (error) {
  console.error((error as Error).message);
  process.exitCode = exitCodes.failed;
}

async function main(): Promise<void> {
  const args = readArguments(process.argv.slice(2));
  if (args.help) return console.log(help);
  const startedAt = Date.now();
  const print = (line: string) => (args.json ? console.error(line) : console.log(line));
  const say = (sentence: string) => {
    const seconds = Math.round((Date.now() - startedAt) / 1000);
    print(
      `${String(Math.floor(seconds / 60)).padStart(2)}:${String(seconds % 60).padStart(2, '0')}  ${sentence}`,
    );
  };
  say(`${args.messages} messages to ${args.workers} workers, seed ${args.seed}`);
  say(
    `Leases and visibility last ${faultTimings.leaseSeconds} s in place of ${standardTimings.leaseSeconds}, other ` +
      'timings are shortened alike; what is done with them is the same',
  );
  const { signal } = listenForInterruption({ process, print });
  const outcome = await runFaults({ ...args, signal, say }).catch((error) => {
    // What was to be sent is still being tried.
    if (signal.aborted) process.exit(exitCodes.interrupted);
    throw error;
  });
  for (const line of showOutcome(outcome)) print(line);
  if (args.json) console.log(JSON.stringify(outcome, undefined, 2));
  process.exitCode = outcome.ok ? 0 : exitCodes.failed;
}
