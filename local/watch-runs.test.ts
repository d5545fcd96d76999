import { expect, test } from 'vitest';
import { delivery, tryLedger } from '../test/ledger-trial.ts';
import { type RunEvent, watchRuns } from './watch-runs.ts';

test('what ends is told once, without what its task marks', async () => {
  const trial = await tryLedger();
  const events: RunEvent[] = [];
  const stop = watchRuns(trial.pool, (event) => events.push(event));
  const input = { file: { bucket: 'clean', key: 'uploads/1/Ann Smith.csv' }, landlordId: 'L-100' };
  const message = delivery({ input });
  const first = await trial.lease(message);
  const error = { name: 'Error', message: 'no such landlord: L-100' };
  await trial.ledger.retry(first, { error, delaySeconds: 0 });
  await trial.makeDue(message.runId);
  const second = await trial.lease(message);
  await trial.ledger.die(second, { reason: error.message, error });
  await stop();

  const told = { runId: message.runId, task: 'property-upload' };
  const why = 'no such landlord: [hidden]';
  expect(events).toHaveLength(2);
  expect(events).toEqual(
    expect.arrayContaining([
      { kind: 'attempt-ended', ...told, number: 1, outcome: 'failed', error: why },
      { kind: 'run-ended', ...told, state: 'dead', attempts: 2, result: null, reason: why },
    ]),
  );
  await trial.drop();
});
