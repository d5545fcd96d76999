import { spawn } from 'node:child_process';
import { createInterface } from 'node:readline';
import type { Readable } from 'node:stream';
import { setTimeout as nap } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import type { ClockReading } from './follow-clock.ts';
import { type LambdaDefinition, LambdaFailure } from './lambda.ts';
import type { FunctionInitialized, FunctionOutcome, InvokeFunction, LoadFunction } from './run-function.ts';

const runner = fileURLToPath(new URL('run-function.ts', import.meta.url));

/** Loading a function takes none of its invocation's time, if it takes no longer: https://docs.aws.amazon.com/lambda/latest/dg/lambda-runtime-environment.html */
const mostInitializationSeconds = 10;

/** One execution environment: a process that has loaded the function and runs one invocation at a time. */
export interface FunctionProcess {
  /** Throws LambdaFailure; after a timeout or a crash the process is gone. */
  invoke(payload: unknown, context: { invokedFunctionArn: string; awsRequestId: string }): Promise<unknown>;
  readonly alive: boolean;
  kill(): Promise<void>;
}

/** Starts the process; it ends with this one. */
export function startFunctionProcess({
  definition,
  environment,
  clock,
  onLine,
}: {
  definition: LambdaDefinition;
  environment: Readonly<Record<string, string>>;
  clock: ClockReading;
  onLine: (line: string) => void;
}): FunctionProcess {
  const child = spawn(process.execPath, [runner], {
    env: { ...environment },
    stdio: ['ignore', 'pipe', 'pipe', 'ipc'],
  });
  const read = (input: Readable | null): void => {
    if (input) createInterface({ input, crlfDelay: Number.POSITIVE_INFINITY }).on('line', onLine);
  };
  read(child.stdout);
  read(child.stderr);
  const ended = new Promise<string>((resolve) => {
    child.once('exit', (code, signal) => resolve(`exited with ${signal ?? `status ${code}`}`));
    child.once('error', (error) => resolve(`could not be started: ${error.message}`));
  });
  const initialized = new Promise<void>((resolve) => child.once('message', () => resolve()));
  const initialization = Promise.race([
    initialized,
    ended,
    nap(mostInitializationSeconds * 1000, undefined, { ref: false }),
  ]);
  const { name, directory, handler, timeoutSeconds } = definition;
  const send = (message: LoadFunction | InvokeFunction): void => {
    // A process that is gone says so by its end.
    child.send(message, () => {});
  };
  send({ kind: 'load', directory, handler, clock });

  return {
    get alive() {
      return child.connected && child.exitCode === null && child.signalCode === null;
    },
    invoke: async (payload, context) => {
      await initialization;
      const { promise: answered, resolve } = Promise.withResolvers<FunctionOutcome>();
      const hear = (message: FunctionInitialized | FunctionOutcome): void => {
        if (message.kind !== 'initialized') resolve(message);
      };
      child.on('message', hear);
      const timeUp = Promise.withResolvers<'timed out'>();
      const timer = setTimeout(() => timeUp.resolve('timed out'), timeoutSeconds * 1000);
      send({ kind: 'invoke', payload, context: { functionName: name, timeoutSeconds, ...context } });
      const outcome = await Promise.race([answered, ended, timeUp.promise]);
      clearTimeout(timer);
      child.off('message', hear);
      if (outcome === 'timed out') {
        child.kill('SIGKILL');
        await ended;
        throw new LambdaFailure(`${name} timed out after ${timeoutSeconds} seconds`);
      }
      if (typeof outcome === 'string') throw new LambdaFailure(`The process of ${name} ${outcome}`);
      if (outcome.kind === 'returned') return outcome.result;
      throw new LambdaFailure(`${name} threw ${outcome.name}: ${outcome.message}`, { cause: outcome.stack });
    },
    kill: async () => {
      child.kill('SIGKILL');
      await ended;
    },
  };
}
