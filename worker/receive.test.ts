import { expect, test } from 'vitest';
import { startTrial } from '../test/worker/start-trial.ts';
import { briefTask, trialTask } from '../test/worker/trial-tasks.ts';

test('no more messages are taken than can start at once, and every freed slot is filled again', async () => {
  await using trial = await startTrial();
  await trial.startWorker({ slots: 6 });
  const runIds = await Promise.all(Array.from({ length: 20 }, () => trial.send('wait')));
  const started = async () => (await trial.pool.query(`SELECT FROM did WHERE what = 'start'`)).rowCount;
  // Two other tasks keep a slot each.
  await expect.poll(started).toBe(4);
  expect(await trial.counts()).toEqual({ visible: 16, inFlight: 4 });
  for (const runId of runIds) await trial.release(runId);
  for (const runId of runIds) await trial.until(runId, 'done');
});

test('one long attempt does not keep others waiting', async () => {
  await using trial = await startTrial();
  await trial.startWorker();
  const long = await trial.send('wait');
  await trial.untilDid(long, 'start');
  const runIds = await Promise.all(Array.from({ length: 100 }, () => trial.send('return')));
  for (const runId of runIds) await trial.until(runId, 'done');
  expect((await trial.ledger.status(long)).state).toBe('running');
  await trial.release(long);
});

test('a paused task is not received until it is resumed; others are', async () => {
  await using trial = await startTrial();
  await trial.pause('trial');
  await trial.startWorker();
  const paused = await trial.send('return');
  const other = await trial.send('return', briefTask);
  await trial.until(other, 'done');
  expect((await trial.ledger.status(paused)).state).toBe('unknown');
  await trial.pause();
  await trial.until(paused, 'done');
});

test('a parameter that is not a list of names changes nothing', async () => {
  await using trial = await startTrial();
  await trial.pause('trial');
  await trial.startWorker();
  await trial.call('SendMessage', { QueueUrl: trial.queueOf().url, MessageBody: 'kept' });
  await trial.setPausedTasks('nonsense');
  await expect.poll(() => trial.logged.join('')).toContain('could not read which tasks are paused');
  expect(await trial.counts()).toEqual({ visible: 1, inFlight: 0 });
});

test('a queue that cannot be asked is asked again', async () => {
  await using trial = await startTrial();
  await trial.call('DeleteQueue', { QueueUrl: trial.queueOf(trialTask).url });
  await trial.startWorker();
  await expect
    .poll(() => trial.logged.filter((line) => line.includes('could not receive')).length)
    .toBeGreaterThan(1);
  const runId = await trial.send('return', briefTask);
  await trial.until(runId, 'done');
});

test('a stopped worker has handed back what its last polls brought, visible at once', async () => {
  await using trial = await startTrial();
  const worker = await trial.startWorker();
  const stopped = worker.stop();
  await trial.send('return');
  await stopped;
  expect(await trial.counts()).toEqual({ visible: 1, inFlight: 0 });
});

test('the length of attempts and the part of the worker that they hold are told as metrics', async () => {
  await using trial = await startTrial();
  const worker = await trial.startWorker();
  const runIds = await Promise.all(Array.from({ length: 101 }, () => trial.send('return')));
  for (const runId of runIds) await trial.until(runId, 'done');
  await worker.stop();
  const lines = trial.metricLines.map((line) => JSON.parse(line)).filter((line) => 'AttemptSeconds' in line);
  expect(lines.flatMap(({ AttemptSeconds }) => AttemptSeconds)).toHaveLength(101);
  expect(lines[0]).toMatchObject({
    _aws: {
      CloudWatchMetrics: [
        {
          Namespace: 'Slackwater',
          Dimensions: [['Deployment', 'Task']],
          Metrics: expect.arrayContaining([{ Name: 'AttemptSeconds', Unit: 'Seconds' }]),
        },
      ],
    },
    Deployment: 'trial',
    Task: 'trial',
  });
});
