import { pino } from 'pino';
import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import { trialTask } from '../test/worker/trial-tasks.ts';
import { type Delivery, deliveryOf } from './delivery.ts';
import { startMetrics, workersHeld } from './metrics.ts';

const now = Date.parse('2026-11-22T10:00:05Z');
const task = { ...trialTask, name: 'letter', concurrency: 4, expectedSeconds: 30, startWithinSeconds: 60 };
const queue = { url: 'http://queue', arn: 'arn:aws:sqs:', deadLetterUrl: 'http://dead', task };

function working(seconds: number | undefined): Delivery {
  const delivery = deliveryOf(queue, {}, pino({ level: 'silent' }));
  return seconds === undefined ? delivery : { ...delivery, workingSince: now - seconds * 1000 };
}

beforeEach(() => void vi.useFakeTimers({ now }));
afterEach(() => void vi.useRealTimers());

test('an attempt holds its part of a worker, the less the sooner it ends', () => {
  expect(workersHeld([], new Map(), now)).toBe(0);
  expect(workersHeld([working(undefined)], new Map(), now)).toBe(0);
  expect(workersHeld([working(1)], new Map(), now)).toBe(0.5 / 4);
  expect(workersHeld([working(1)], new Map([['letter', 6]]), now)).toBeCloseTo(0.1 / 4);
  expect(workersHeld([working(1)], new Map([['letter', 600]]), now)).toBe(1 / 4);
});

test('attempts that have lasted longer than measured count by what they have lasted', () => {
  expect(workersHeld([working(45), working(3600)], new Map([['letter', 1]]), now)).toBe(0.75 / 4 + 1 / 4);
});

test('what is held is told once a minute, in its middle', () => {
  const lines: string[] = [];
  const deliveries = new Set([working(0)]);
  const metrics = startMetrics({ deployment: 'here', deliveries, write: (line) => lines.push(line) });
  vi.advanceTimersByTime(24_000);
  expect(lines).toEqual([]);
  vi.advanceTimersByTime(1_000 + 2 * 60_000);
  metrics.stop();
  vi.advanceTimersByTime(120_000);
  const told = lines.map((line) => JSON.parse(line));
  expect(told.map(({ _aws }) => new Date(_aws.Timestamp).toISOString().slice(14, 19))).toEqual([
    '00:30',
    '01:30',
    '02:30',
  ]);
  expect(told[0]).toMatchObject({ Deployment: 'here', WorkersHeld: 0.125 });
  expect(told[0]._aws.CloudWatchMetrics[0].Dimensions).toEqual([['Deployment']]);
});

test('the newest attempts weigh more in what is measured', () => {
  const lines: string[] = [];
  const deliveries = new Set([working(0)]);
  const metrics = startMetrics({ deployment: 'here', deliveries, write: (line) => lines.push(line) });
  metrics.attemptEnded('letter', 60);
  metrics.attemptEnded('letter', 10);
  vi.advanceTimersByTime(25_000);
  metrics.stop();
  const told = lines.map((line) => JSON.parse(line));
  expect(told[0]).toMatchObject({ Task: 'letter', AttemptSeconds: [60, 10] });
  expect(told.at(-1).WorkersHeld).toBeCloseTo(50 / 60 / 4);
});

test('what became of a task is told in one line, and only what happened', () => {
  const lines: string[] = [];
  const metrics = startMetrics({
    deployment: 'here',
    deliveries: new Set(),
    write: (line) => lines.push(line),
  });
  metrics.firstAttemptStarted('letter', 3.5);
  metrics.firstAttemptStarted('letter', -0.2);
  metrics.attemptEnded('letter', 60);
  metrics.count('letter', 'failed', 'retried');
  metrics.count('letter', 'failed', 'dead');
  metrics.count('parcel', 'done');
  metrics.stop();
  const [letter, parcel] = lines.map((line) => JSON.parse(line));
  expect(letter).toMatchObject({
    Deployment: 'here',
    Task: 'letter',
    QueueSeconds: [3.5, 0],
    AttemptSeconds: [60],
    Failed: 2,
    Retried: 1,
    Dead: 1,
  });
  expect(letter._aws.CloudWatchMetrics).toEqual([
    {
      Namespace: 'Slackwater',
      Dimensions: [['Deployment', 'Task']],
      Metrics: [
        { Name: 'QueueSeconds', Unit: 'Seconds' },
        { Name: 'AttemptSeconds', Unit: 'Seconds' },
        { Name: 'Failed', Unit: 'Count' },
        { Name: 'Retried', Unit: 'Count' },
        { Name: 'Dead', Unit: 'Count' },
      ],
    },
  ]);
  expect(parcel).toMatchObject({ Task: 'parcel', Done: 1 });
  expect(parcel._aws.CloudWatchMetrics[0].Metrics).toEqual([{ Name: 'Done', Unit: 'Count' }]);
});

test('nothing is told of tasks to which nothing happened', () => {
  const lines: string[] = [];
  const metrics = startMetrics({
    deployment: 'here',
    deliveries: new Set(),
    write: (line) => lines.push(line),
  });
  vi.advanceTimersByTime(20_000);
  metrics.stop();
  expect(lines).toEqual([]);
});

test('a line has no more values of a metric than CloudWatch takes', () => {
  const lines: string[] = [];
  const metrics = startMetrics({
    deployment: 'here',
    deliveries: new Set(),
    write: (line) => lines.push(line),
  });
  for (let index = 0; index < 250; index += 1) metrics.attemptEnded('letter', index);
  metrics.stop();
  expect(lines.map((line) => JSON.parse(line).AttemptSeconds.length)).toEqual([100, 100, 50]);
});
