import { fileURLToPath } from 'node:url';
import { expect, test } from 'vitest';
import { LedgerUnreachable } from '../ledger/ledger.ts';
import type { Handler } from '../tasks/handle.ts';
import type { RateLimit } from '../tasks/rate-limit.ts';
import { limitedHandlers, limitedTask } from '../test/worker/limited-task.ts';
import { startTrial } from '../test/worker/start-trial.ts';
import { trialHandlers, trialTask } from '../test/worker/trial-tasks.ts';
import { createRateLimits } from './rate-limits.ts';

const command = [
  process.execPath,
  fileURLToPath(new URL('../test/worker/limited-worker.ts', import.meta.url)),
];

/** The handlers of the limited task under another limit, and of the trial task without one. */
function handlersUnder(rateLimit: RateLimit): ReadonlyMap<string, Handler> {
  const limited = [...limitedHandlers].map(
    ([name, handler]) => [name, { ...handler, task: { ...handler.task, rateLimit } }] as const,
  );
  const trial = [...trialHandlers].filter(([name]) => name === trialTask.name);
  return new Map([...limited, ...trial]);
}

test('a task without a limit never waits and asks nobody', async () => {
  const limits = createRateLimits([trialTask], () => Promise.reject(new Error('asked')));
  expect(await limits.turn(trialTask.name)).toEqual({ is: 'now' });
  expect(limits.mostAtOnce(trialTask.name)).toBe(Number.POSITIVE_INFINITY);
});

test('two workers together keep the rate, and lose nothing by it', async () => {
  await using trial = await startTrial({ handlers: limitedHandlers });
  const workers = [trial.spawnWorker({}, { command }), trial.spawnWorker({}, { command })];
  for (const { output } of workers) {
    await expect.poll(() => output.join(''), { timeout: 60_000 }).toContain('receiving');
  }
  const { rows: clock } = await trial.pool.query<{ ms: number }>(
    'SELECT extract(epoch FROM clock_timestamp())::float8 * 1000 AS ms',
  );
  const beganMs = clock[0]?.ms ?? 0;
  const runIds = await Promise.all(Array.from({ length: 60 }, () => trial.send('return', limitedTask)));
  for (const runId of runIds) await trial.until(runId, 'done');
  const { rows } = await trial.pool.query<{ ms: number }>(
    `SELECT extract(epoch FROM at)::float8 * 1000 AS ms FROM did WHERE what = 'start' ORDER BY at`,
  );
  expect(rows).toHaveLength(60);
  const { perSecond, burst } = limitedTask.rateLimit;
  for (const [index, { ms }] of rows.entries()) {
    // No permit was granted before the first message was sent; starts come later than their permits.
    const allowed = burst + (perSecond * (ms - beganMs)) / 1000;
    if (index + 1 > allowed) expect.fail(`${index + 1} starts within ${ms - beganMs} ms, not ${allowed}`);
  }
  for (const { output } of workers) expect(output.join('')).toContain('"attempted"');
}, 120_000);

test('without a permit a message is left or given back, uncounted, and other tasks go on', async () => {
  await using trial = await startTrial({ handlers: handlersUnder({ perSecond: 0.01, burst: 3 }) });
  await trial.startWorker({ slots: 2 });
  const limited: string[] = [];
  for (let one = 0; one < 8; one += 1) limited.push(await trial.send('return', limitedTask));
  const states = async () =>
    (await Promise.all(limited.map(async (runId) => (await trial.ledger.status(runId)).state))).toSorted();
  await expect.poll(states).toEqual(['done', 'done', ...Array(6).fill('unknown')]);
  for (let one = 0; one < 5; one += 1) await trial.until(await trial.send('return'), 'done');
  // What it had in hand is hidden until there are permits; the rest it did not ask for.
  const { visible, inFlight } = await trial.counts(limitedTask);
  expect(visible + inFlight).toBe(6);
  expect(visible).toBeGreaterThanOrEqual(4);
  expect(await states()).toEqual(['done', 'done', ...Array(6).fill('unknown')]);
});

test('while the permits are out of reach nothing begins, and it goes on when they are back', async () => {
  await using trial = await startTrial({ handlers: limitedHandlers });
  let outages = 2;
  await trial.startWorker({
    takePermits: async (_task, _limit, count) => {
      if (outages-- > 0) throw new LedgerUnreachable('told to be');
      return { granted: count, left: 1, nextInSeconds: 0 };
    },
  });
  const runId = await trial.send('return', limitedTask);
  await trial.until(runId, 'done');
  expect(await trial.did(runId)).toEqual(['start']);
  expect(trial.logged.join('')).toContain('told to be');
});
