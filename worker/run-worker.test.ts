import { EventEmitter } from 'node:events';
import { afterEach, expect, test, vi } from 'vitest';
import { quickTimings } from '../test/worker/quick-timings.ts';
import { startTrial, type Trial } from '../test/worker/start-trial.ts';
import { trialHandlers, trialTasks } from '../test/worker/trial-tasks.ts';
import { runWorker } from './run-worker.ts';

afterEach(() => {
  vi.unstubAllEnvs();
});

/** Runs a worker of the trial's environment as if this process were its own. */
function run(trial: Trial, environment: Record<string, string> = {}) {
  const told = { ...trial.workerEnvironment, ...environment };
  for (const [name, value] of Object.entries(told)) vi.stubEnv(name, value);
  const signals = new EventEmitter();
  const exits: number[] = [];
  const process = Object.assign(signals, { exit: (code: number) => exits.push(code) });
  const written: string[] = [];
  const running = runWorker({
    tasks: trialTasks,
    handlers: trialHandlers,
    timings: quickTimings,
    output: { write: (line) => written.push(line) },
    process: process as unknown as NodeJS.Process,
  });
  return { running, signals, exits, written };
}

test('a worker works as its environment says, under the name of its ECS task, until SIGTERM', async () => {
  await using trial = await startTrial();
  const { running, signals, exits, written } = run(trial);
  await running;
  const runId = await trial.send('return');
  await trial.until(runId, 'done');
  signals.emit('SIGTERM');
  await expect.poll(() => exits).toEqual([0]);
  const lines = written.map((line) => JSON.parse(line));
  expect(lines).toContainEqual(expect.objectContaining({ worker: 'abc123', run: runId, outcome: 'done' }));
  expect(lines).toContainEqual(expect.objectContaining({ Task: 'trial', Done: 1 }));
});

test('SIGTERM before a worker has started ends it at once', async () => {
  await using trial = await startTrial();
  const { running, signals, exits } = run(trial);
  await expect.poll(() => signals.listenerCount('SIGTERM')).toBe(1);
  signals.emit('SIGTERM');
  await expect.poll(() => exits).toEqual([0]);
  await running;
  signals.emit('SIGTERM');
});

test('a task without a queue keeps the worker from starting', async () => {
  await using trial = await startTrial();
  const { running } = run(trial, { TASK_QUEUES: JSON.stringify({ trial: trial.queueOf() }) });
  await expect(running).rejects.toThrow('TASK_QUEUES names no queue of brief, patient');
});
