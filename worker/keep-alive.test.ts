import { pino } from 'pino';
import { expect, test, vi } from 'vitest';
import { trialTask } from '../test/worker/trial-tasks.ts';
import { type Delivery, deliveryOf, grantedVisibility } from './delivery.ts';
import { startKeepAlive } from './keep-alive.ts';
import type { Refused, SqsCalls } from './sqs-calls.ts';
import { watchLoops } from './watch-loops.ts';

// Twelve hours cannot be waited for: these tests stand in for SQS.
const queue = { url: 'http://queue', arn: 'arn:aws:sqs:', deadLetterUrl: 'http://dead', task: trialTask };
const log = pino({ level: 'silent' });

function received(id: string, secondsAgo: number): Delivery {
  const delivery = deliveryOf(queue, { MessageId: id, ReceiptHandle: id }, log);
  return { ...delivery, receivedAt: Date.now() - secondsAgo * 1000 };
}

function keeping() {
  const changeVisibilityBatch = vi.fn<SqsCalls['changeVisibilityBatch']>().mockResolvedValue(new Map());
  const keepAlive = startKeepAlive({
    ledger: { renew: async () => new Map() },
    sqs: { changeVisibilityBatch },
    timings: { leaseSeconds: 60, renewEverySeconds: 0.02, stallSeconds: 60 },
    loops: watchLoops(),
    log,
  });
  const batches = () => changeVisibilityBatch.mock.calls.map(([, changes]) => changes);
  return { changeVisibilityBatch, keepAlive, batches };
}

test('a message is kept hidden for 12 hours from its receipt and no longer', async () => {
  const { keepAlive, batches } = keeping();
  keepAlive.add(received('fresh', 0));
  keepAlive.add(received('old', 43_170.5));
  keepAlive.add(received('over', 43_200));
  await expect.poll(batches).not.toEqual([]);
  keepAlive.stop();
  expect(batches()[0]).toEqual([
    { receiptHandle: 'fresh', seconds: 60 },
    { receiptHandle: 'old', seconds: 24 },
  ]);
});

test('any wish is cut to what SQS grants', () => {
  expect(grantedVisibility(received('a', 0.1), 0.2)).toBe(1);
  expect(grantedVisibility(received('a', 100.1), 50_000)).toBe(43_094);
  expect(grantedVisibility(received('a', 50_000), 10)).toBe(0);
});

test('many messages are extended ten a request, and a request that fails harms none of the others', async () => {
  const { changeVisibilityBatch, keepAlive, batches } = keeping();
  changeVisibilityBatch.mockRejectedValueOnce(new Error('no connection'));
  for (let index = 0; index < 25; index += 1) keepAlive.add(received(String(index), 0));
  await expect.poll(() => batches().length).toBeGreaterThanOrEqual(6);
  keepAlive.stop();
  expect(
    batches()
      .slice(0, 3)
      .map(({ length }) => length),
  ).toEqual([10, 10, 5]);
});

test('what could not be extended is tried again before its time runs out, but not what was let go or is gone', async () => {
  const { changeVisibilityBatch, keepAlive, batches } = keeping();
  const [kept, released, gone] = ['kept', 'released', 'gone'].map((id) => received(id, 0));
  const hiccup = { SenderFault: false, Code: 'InternalError', Message: '' };
  changeVisibilityBatch.mockImplementationOnce(async () => {
    if (released) void keepAlive.release(released);
    return new Map([
      [0, hiccup],
      [1, hiccup],
      [2, { ...hiccup, SenderFault: true }],
    ]);
  });
  for (const delivery of [kept, released, gone]) if (delivery) keepAlive.add(delivery);
  await expect.poll(() => batches().length).toBeGreaterThanOrEqual(2);
  keepAlive.stop();
  expect(batches()[1]).toEqual([{ receiptHandle: 'kept', seconds: 60 }]);
});

test('a message is let go only when no extension of it is on its way', async () => {
  const { changeVisibilityBatch, keepAlive, batches } = keeping();
  const answered = Promise.withResolvers<Map<number, Refused>>();
  changeVisibilityBatch.mockImplementation(() => answered.promise);
  const delivery = received('a', 0);
  keepAlive.add(delivery);
  await expect.poll(() => batches().length).toBe(1);
  let isReleased = false;
  const release = keepAlive.release(delivery).then(() => {
    isReleased = true;
  });
  // One that came later waits for nobody's extension.
  const other = received('b', 0);
  keepAlive.add(other);
  await keepAlive.release(other);
  expect(isReleased).toBe(false);
  answered.resolve(new Map());
  await release;
  keepAlive.stop();
});
