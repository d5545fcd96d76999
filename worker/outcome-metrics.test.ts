import { expect, test } from 'vitest';
import { startTrial } from '../test/worker/start-trial.ts';

test('the metrics count what became of runs and attempts, and time the wait before a first attempt', async () => {
  await using trial = await startTrial();
  const worker = await trial.startWorker();
  const done = [await trial.send('return'), await trial.send('throw-once'), await trial.send('complete')];
  const dead = await trial.send('give-up');
  for (const runId of done) await trial.until(runId, 'done');
  await trial.until(dead, 'dead');
  await trial.untilDeadLetters(1);
  await worker.stop();

  const told = trial.metricLines.map((line) => JSON.parse(line)).filter(({ Task }) => Task === 'trial');
  const sum = (name: string) => told.reduce((total, line) => total + (line[name] ?? 0), 0);
  expect({ done: sum('Done'), failed: sum('Failed'), retried: sum('Retried'), dead: sum('Dead') }).toEqual({
    done: 3,
    failed: 2,
    retried: 1,
    dead: 1,
  });
  const waits = told.flatMap((line) => line.QueueSeconds ?? []);
  expect(waits).toHaveLength(4);
  for (const seconds of waits) expect(seconds).toBeGreaterThanOrEqual(0);
  expect(told.flatMap((line) => line.AttemptSeconds ?? [])).toHaveLength(5);
});
