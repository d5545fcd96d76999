import { createWriteStream, mkdirSync, type WriteStream } from 'node:fs';
import { join } from 'node:path';
import type { Clock } from '../clock.ts';
import type { MetricDatum } from '../cloudwatch/metric-store.ts';
import { localAccount, localRegion } from '../local-service.ts';
import { createExecutionPool, type ExecutionPool } from './execution-pool.ts';
import { readClock } from './follow-clock.ts';
import { startFunctionProcess } from './function-process.ts';
import { type Lambda, type LambdaDefinition, type LambdaEvent, LambdaFailure } from './lambda.ts';

const defaultConcurrency = 10;
const defaultRetries = 2;

/** The ARN of a local function. */
export function functionArn(name: string): string {
  return `arn:aws:lambda:${localRegion}:${localAccount}:function:${name}`;
}

/** Starts without functions. Their output goes to `logs/lambda-NAME.log` below the state directory. */
export function createLambda({
  stateDirectory,
  endpoint,
  clock,
  inherited = {},
  onMetric = () => {},
  onLine = () => {},
  onEvent = () => {},
}: {
  stateDirectory: string;
  endpoint: () => string;
  /** The functions' `Date` follows it; their timeout runs on the wall clock, as their requests do. */
  clock: Clock;
  /** Variables of this process that every function gets, such as PATH. */
  inherited?: Readonly<Record<string, string>>;
  onMetric?: (datum: MetricDatum) => void;
  /** Every line that a function writes. */
  onLine?: (line: string) => void;
  onEvent?: (event: LambdaEvent) => void;
}): Lambda {
  const functions = new Map<
    string,
    { definition: LambdaDefinition; pool: ExecutionPool; log: WriteStream }
  >();
  const retries = new Set<() => void>();
  let closed = false;
  mkdirSync(join(stateDirectory, 'logs'), { recursive: true });

  const start = (definition: LambdaDefinition, log: WriteStream) => () =>
    startFunctionProcess({
      definition,
      clock: readClock(clock),
      environment: {
        ...inherited,
        ...definition.environment,
        AWS_LAMBDA_FUNCTION_NAME: definition.name,
        AWS_ENDPOINT_URL: endpoint(),
        AWS_REGION: localRegion,
        AWS_ACCESS_KEY_ID: 'local',
        AWS_SECRET_ACCESS_KEY: 'local',
        TZ: 'UTC',
      },
      onLine: (line) => {
        log.write(`${line}\n`);
        onLine(line);
      },
    });

  const count = (functionName: string, values: Record<string, number>): void => {
    for (const [metricName, value] of Object.entries(values)) {
      const dimensions = { FunctionName: functionName };
      onMetric({ namespace: 'AWS/Lambda', metricName, dimensions, timestamp: clock.now(), values: [value] });
    }
  };

  const invoke = async (nameOrArn: string, payload: unknown): Promise<unknown> => {
    const name = nameOrArn.split(':').at(-1) ?? nameOrArn;
    const found = functions.get(name);
    if (closed) throw new LambdaFailure(`${name} is not invoked: the local cloud stops`);
    if (!found) throw new Error(`The local cloud has no function ${nameOrArn}: it is not in the template`);
    const { definition, pool } = found;
    return pool.use(async (process) => {
      const startedAt = performance.now();
      try {
        const awsRequestId = crypto.randomUUID();
        const result = await process.invoke(payload, { invokedFunctionArn: functionArn(name), awsRequestId });
        const milliseconds = performance.now() - startedAt;
        count(name, { Invocations: 1, Errors: 0, Duration: milliseconds });
        onEvent({ kind: 'lambda-done', functionName: definition.name, milliseconds });
        return result;
      } catch (error) {
        if (!closed) {
          count(name, { Invocations: 1, Errors: 1, Duration: performance.now() - startedAt });
          onEvent({ kind: 'lambda-failed', functionName: definition.name, error: (error as Error).message });
        }
        throw error;
      }
    });
  };

  const tryAsynchronously = (name: string, payload: unknown, attempt: number): void => {
    invoke(name, payload).catch(() => {
      const allowed = functions.get(name.split(':').at(-1) ?? name)?.definition.retries ?? defaultRetries;
      if (attempt > allowed || closed) return;
      const cancel = clock.after(attempt * 60_000, () => {
        retries.delete(cancel);
        tryAsynchronously(name, payload, attempt + 1);
      });
      retries.add(cancel);
    });
  };

  return {
    putFunction: (definition) => {
      const before = functions.get(definition.name);
      before?.pool.close();
      const log =
        before?.log ??
        createWriteStream(join(stateDirectory, 'logs', `lambda-${definition.name}.log`), { flags: 'a' });
      const { concurrency = defaultConcurrency } = definition;
      const pool = createExecutionPool({ concurrency, start: start(definition, log) });
      functions.set(definition.name, { definition, pool, log });
      return functionArn(definition.name);
    },
    invoke,
    invokeAsynchronously: (name, payload) => tryAsynchronously(name, payload, 1),
    close: async () => {
      closed = true;
      for (const cancel of retries) cancel();
      await Promise.all([...functions.values()].map(({ pool }) => pool.close()));
      for (const { log } of functions.values()) log.end();
    },
  };
}
