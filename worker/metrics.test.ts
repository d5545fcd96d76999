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
