import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { type ClockReading, followClock } from './follow-clock.ts';

// The process in which one function runs, one invocation after the other, as Lambda's runtime does it.

/** First message to the process: what to load. */
export interface LoadFunction {
  kind: 'load';
  directory: string;
  handler: string;
  clock: ClockReading;
}

/** One invocation. */
export interface InvokeFunction {
  kind: 'invoke';
  payload: unknown;
  context: { functionName: string; invokedFunctionArn: string; awsRequestId: string; timeoutSeconds: number };
}

/** Said once, when the function is loaded or cannot be: before that no invocation's time runs. */
export interface FunctionInitialized {
  kind: 'initialized';
}

/** Answer to an invocation. */
export type FunctionOutcome =
  | { kind: 'returned'; result: unknown }
  | { kind: 'threw'; name: string; message: string; stack: string };

type Handler = (payload: unknown, context: object) => unknown;

let handler: Promise<Handler> | undefined;

process.on('disconnect', () => process.exit());
process.on('message', (message: LoadFunction | InvokeFunction) => {
  if (message.kind === 'load') {
    followClock(message.clock);
    handler = load(message);
    const initialized = (): void =>
      void process.send?.({ kind: 'initialized' } satisfies FunctionInitialized);
    // What failed is told at the first invocation, as Lambda reports a failed initialisation.
    handler.then(initialized, initialized);
  } else {
    invoke(message).then((outcome) => process.send?.(outcome));
  }
});

async function invoke({ payload, context }: InvokeFunction): Promise<FunctionOutcome> {
  const { timeoutSeconds, ...rest } = context;
  try {
    const run = await handler;
    if (!run) throw new Error('The function was invoked before it was loaded');
    const endsAt = performance.now() + timeoutSeconds * 1000;
    const getRemainingTimeInMillis = (): number => Math.max(0, endsAt - performance.now());
    return { kind: 'returned', result: await run(payload, { ...rest, getRemainingTimeInMillis }) };
  } catch (thrown) {
    const error = thrown instanceof Error ? thrown : new Error(String(thrown));
    return { kind: 'threw', name: error.name, message: error.message, stack: error.stack ?? '' };
  }
}

async function load({ directory, handler: name }: LoadFunction): Promise<Handler> {
  const dot = name.lastIndexOf('.');
  const candidates = ['.mjs', '.js', '.cjs'].map((ending) => join(directory, name.slice(0, dot) + ending));
  const file = candidates.find(existsSync);
  if (!file) throw new Error(`Cannot find the module of handler ${name}: none of ${candidates.join(', ')}`);
  const module = (await import(pathToFileURL(file).href)) as Record<string, unknown> & {
    default?: Record<string, unknown>;
  };
  const found = module[name.slice(dot + 1)] ?? module.default?.[name.slice(dot + 1)];
  if (typeof found !== 'function') throw new Error(`${file} exports no function ${name.slice(dot + 1)}`);
  return found as Handler;
}
