import { expect, test } from 'vitest';
import { startTrial } from '../test/worker/start-trial.ts';
import { trialTask } from '../test/worker/trial-tasks.ts';

const traceId = '4bf92f3577b34da6a3ce929d0e0e4736';
const traceparent = `00-${traceId}-00f067aa0ba902b7-01`;

test('every line of an attempt, also of what goes wrong around its handler, names task, run, attempt and trace', async () => {
  await using trial = await startTrial();
  const failOnce = <Args extends unknown[], Value>(action: (...args: Args) => Promise<Value>) => {
    let failures = 0;
    return async (...args: Args) => {
      failures += 1;
      if (failures === 1) throw new Error('told to be away');
      return action(...args);
    };
  };
  await trial.startWorker({
    ledger: {
      ...trial.ledger,
      progress: failOnce(trial.ledger.progress),
      retry: failOnce(trial.ledger.retry),
      complete: failOnce(trial.ledger.complete),
      die: failOnce(trial.ledger.die),
      recordDeadLetterSent: failOnce(trial.ledger.recordDeadLetterSent),
    },
  });
  const runs = new Map<string, number>();
  for (const [what, attempts] of Object.entries({
    'tell-progress': 1,
    'throw-once': 2,
    'give-up': 1,
  } as const)) {
    const runId = await trial.client.send(trialTask, { do: what as 'return' }, { traceparent });
    await trial.release(runId);
    await trial.until(runId, what === 'give-up' ? 'dead' : 'done');
    runs.set(runId, attempts);
  }
  await trial.untilDeadLetters(1);
  await expect.poll(() => trial.logged.join('')).toContain('recording the dead letter failed');

  const lines = trial.logged.map((line) => JSON.parse(line));
  const ofAttempts = lines.slice(lines.findIndex(({ msg }) => msg === 'receiving') + 1);
  for (const { msg, task, run, attempt, trace } of ofAttempts) {
    expect({ msg, task, trace }).toEqual({ msg, task: 'trial', trace: traceId });
    expect(attempt).toBeGreaterThanOrEqual(1);
    expect(attempt).toBeLessThanOrEqual(runs.get(run) ?? 0);
  }
  const said = ofAttempts.map(({ msg }) => msg);
  for (const msg of [
    'at work',
    'attempted',
    'could not write progress',
    'settling in the ledger failed; trying again',
    'recording the dead letter failed; trying again',
    'gave up: the reason stands on the dead letter',
  ]) {
    expect(said).toContain(msg);
  }
});
