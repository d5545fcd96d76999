import { expect, test } from 'vitest';
import { ratioTo, tableOf } from './compare.ts';
import type { Scores } from './score-board.ts';

const scores = (p95: number, workerMinutes: number): Scores => ({
  ...{ messages: 1, workerMinutes, late: 0, neverHandled: 0, wakes: 1, sleeps: 1 },
  queueSeconds: { p50: 0, p95, p99: p95, mean: 0 },
  killed: { scaling: 0, deployment: 0, spot: 0 },
});

test('a peer is better only if it waits less and costs less', () => {
  expect(ratioTo(scores(10, 100), scores(5, 50))).toEqual({ p95: 0.5, workerMinutes: 0.5, isBetter: true });
  expect(ratioTo(scores(10, 100), scores(10, 50)).isBetter).toBe(false);
  expect(ratioTo(scores(10, 100), scores(5, 100)).isBetter).toBe(false);
  expect(ratioTo(scores(0, 100), scores(0.5, 200))).toEqual({ p95: 1, workerMinutes: 2, isBetter: false });
});

test('the table has a line a scaler under a head', () => {
  const lines = tableOf([{ name: 'ours', scores: scores(12.34, 56.7) }]).split('\n');
  expect(lines).toHaveLength(2);
  expect(lines[1]).toMatch(/^ours .* 12\.3 .* 57 /);
});
