import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { type Clock, startClock } from '../clock.ts';
import type { MetricDatum } from '../cloudwatch/metric-store.ts';
import { createLambda } from './create-lambda.ts';
import type { Lambda, LambdaDefinition, LambdaEvent } from './lambda.ts';

let directory: string;
let lambda: Lambda;
let events: LambdaEvent[];
let metrics: MetricDatum[];

function start(clock: Clock = startClock()): void {
  events = [];
  metrics = [];
  lambda = createLambda({
    stateDirectory: directory,
    endpoint: () => 'http://127.0.0.1:1',
    clock,
    onMetric: (datum) => metrics.push(datum),
    onEvent: (event) => events.push(event),
  });
}

beforeEach(() => {
  directory = mkdtempSync(join(tmpdir(), 'slackwater-lambda-'));
  start();
});

afterEach(async () => {
  await lambda.close();
  rmSync(directory, { recursive: true, force: true });
});

function put(code: string, changes: Partial<LambdaDefinition> = {}): string {
  const asset = join(directory, 'asset');
  mkdirSync(asset, { recursive: true });
  writeFileSync(join(asset, 'index.mjs'), code);
  return lambda.putFunction({
    name: 'demand',
    directory: asset,
    handler: 'index.handler',
    environment: { GREETING: 'hello' },
    timeoutSeconds: 20,
    ...changes,
  });
}

/** Sum of a metric of AWS/Lambda so far. */
function counted(metricName: string): number {
  return metrics
    .filter((datum) => datum.metricName === metricName && datum.dimensions?.FunctionName === 'demand')
    .reduce((sum, { values }) => sum + (values[0] ?? 0), 0);
}

test('a function gets its event, its environment and its context, and its result comes back', async () => {
  const arn = put(`export const handler = async (event, context) => ({
    event, greeting: process.env.GREETING, endpoint: process.env.AWS_ENDPOINT_URL, name: context.functionName,
    arn: context.invokedFunctionArn, left: context.getRemainingTimeInMillis() > 10000, shell: process.env.HOME,
  });`);
  expect(await lambda.invoke(arn, { a: [1] })).toEqual({
    event: { a: [1] },
    greeting: 'hello',
    endpoint: 'http://127.0.0.1:1',
    name: 'demand',
    arn: 'arn:aws:lambda:eu-west-2:000000000000:function:demand',
    left: true,
  });
  expect(events).toMatchObject([{ kind: 'lambda-done', functionName: 'demand' }]);
  expect([counted('Invocations'), counted('Errors')]).toEqual([1, 0]);
});

test('the process stays warm between invocations', async () => {
  put(`let count = 0; export const handler = async () => [++count, process.pid];`);
  const first = (await lambda.invoke('demand', {})) as number[];
  expect(await lambda.invoke('demand', {})).toEqual([2, first[1]]);
});

test('what a function throws is told, counted and thrown', async () => {
  put(`export const handler = async () => { throw new TypeError('no queues'); };`);
  await expect(lambda.invoke('demand', {})).rejects.toThrow('demand threw TypeError: no queues');
  expect(events).toMatchObject([{ kind: 'lambda-failed', error: 'demand threw TypeError: no queues' }]);
  expect([counted('Invocations'), counted('Errors')]).toEqual([1, 1]);
});

test.each([
  ['a module that cannot be loaded', 'throw new Error("broken");', {}, 'broken'],
  ['a handler that is not exported', 'export const other = 1;', {}, 'exports no function handler'],
  ['a module that is missing', '', { handler: 'main.handler' }, 'Cannot find the module'],
  ['a process that ends', 'export const handler = () => process.exit(7);', {}, 'exited with status 7'],
])('%s fails the invocation with the reason', async (_case, code, changes, reason) => {
  put(code, changes);
  await expect(lambda.invoke('demand', {})).rejects.toThrow(reason);
});

test('a function that takes too long is killed, and the next invocation starts afresh', async () => {
  put(`export const handler = (event) => event.hang ? new Promise(() => {}) : 'done';`, {
    timeoutSeconds: 1,
  });
  await expect(lambda.invoke('demand', { hang: true })).rejects.toThrow('demand timed out after 1 seconds');
  expect(await lambda.invoke('demand', {})).toBe('done');
});

test('the time for an invocation begins when the function is loaded', async () => {
  put(
    `import { setTimeout } from 'node:timers/promises';
     await setTimeout(1100);
     export const handler = (event, context) => context.getRemainingTimeInMillis() > 500;`,
    { timeoutSeconds: 1 },
  );
  expect(await lambda.invoke('demand', {})).toBe(true);
});

test('never more invocations at once than the concurrency allows, all others wait', async () => {
  put(
    `import { setTimeout } from 'node:timers/promises';
     let running = 0;
     export const handler = async () => { running += 1; await setTimeout(5); running -= 1; return [process.pid, running]; };`,
    { concurrency: 1 },
  );
  const results = (await Promise.all([1, 2, 3, 4].map(() => lambda.invoke('demand', {})))) as number[][];
  expect(new Set(results.map(([pid]) => pid)).size).toBe(1);
  expect(results.map(([, running]) => running)).toEqual([0, 0, 0, 0]);
});

test('Date follows a fast clock in every form, and nothing else changes', async () => {
  await lambda.close();
  start(startClock(1000));
  put(`export const handler = async () => {
    const begun = Date.now();
    const began = performance.now();
    while (performance.now() - began < 50);
    return { seconds: (Date.now() - begun) / 1000, now: new Date().getTime() - Date.now(), text: Date.parse(Date()) - Date.now(),
      fixed: new Date(5).getTime(), isDate: new Date() instanceof Date, utc: Date.UTC(1970, 0, 1) };
  };`);
  const { seconds, now, text, ...rest } = (await lambda.invoke('demand', {})) as Record<string, number>;
  expect(seconds).toBeGreaterThanOrEqual(49);
  expect(Math.abs(now ?? Number.NaN)).toBeLessThan(5000);
  expect(Math.abs(text ?? Number.NaN)).toBeLessThan(5000);
  expect(rest).toEqual({ fixed: 5, isDate: true, utc: 0 });
});

test('an asynchronous invocation is tried again after one and two minutes, then given up', async () => {
  await lambda.close();
  start(startClock(600));
  put(`export const handler = async () => { throw new Error('always'); };`);
  lambda.invokeAsynchronously('demand', {});
  await expect.poll(() => counted('Errors')).toBe(3);
  const [first = 0, second = 0, third = 0] = metrics
    .filter(({ metricName }) => metricName === 'Errors')
    .map(({ timestamp }) => timestamp);
  expect(second - first).toBeGreaterThanOrEqual(60_000);
  expect(third - second).toBeGreaterThanOrEqual(120_000);
});

test('a function without retries is tried once', async () => {
  await lambda.close();
  start(startClock(100_000));
  put(`export const handler = async (event) => { if (event.fail) throw new Error('once'); };`, {
    retries: 0,
  });
  lambda.invokeAsynchronously('demand', { fail: true });
  await expect.poll(() => counted('Errors')).toBe(1);
  await lambda.invoke('demand', {});
  await lambda.invoke('demand', {});
  expect(counted('Errors')).toBe(1);
});

test('its output lies in its log file', async () => {
  put(`export const handler = async () => { console.log('out'); console.error('err'); };`);
  await lambda.invoke('demand', {});
  const log = (): string => readFileSync(join(directory, 'logs', 'lambda-demand.log'), 'utf8');
  await expect.poll(log).toContain('out\n');
  await expect.poll(log).toContain('err\n');
});

test('an unknown function is named', async () => {
  await expect(lambda.invoke('nothing', {})).rejects.toThrow('no function nothing');
});

test('closing ends what runs', async () => {
  put(`export const handler = () => new Promise(() => {});`);
  const invoked = lambda.invoke('demand', {});
  const failed = expect(invoked).rejects.toThrow('SIGKILL');
  await lambda.close();
  await failed;
  expect(events).toEqual([]);
});
