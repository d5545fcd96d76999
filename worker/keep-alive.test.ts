import { ChangeMessageVisibilityBatchCommand, SQSClient } from '@aws-sdk/client-sqs';
import { mockClient } from 'aws-sdk-client-mock';
import { pino } from 'pino';
import { expect, test } from 'vitest';
import { trialTask } from '../test/worker/trial-tasks.ts';
import { type Delivery, deliveryOf, grantedVisibility } from './delivery.ts';
import { startKeepAlive } from './keep-alive.ts';
import { watchLoops } from './watch-loops.ts';

// Twelve hours cannot be waited for: these tests stand in for SQS.
const queue = { url: 'http://queue', arn: 'arn:aws:sqs:', deadLetterUrl: 'http://dead', task: trialTask };
const log = pino({ level: 'silent' });

function received(id: string, secondsAgo: number): Delivery {
  const delivery = deliveryOf(queue, { MessageId: id, ReceiptHandle: id }, log);
  return { ...delivery, receivedAt: Date.now() - secondsAgo * 1000 };
}

function keeping() {
  const sqs = mockClient(SQSClient);
  sqs.on(ChangeMessageVisibilityBatchCommand).resolves({});
  const keepAlive = startKeepAlive({
    ledger: { renew: async () => new Map() },
    sqs: new SQSClient({ region: 'eu-west-2' }),
    timings: { leaseSeconds: 60, renewEverySeconds: 0.02, stallSeconds: 60 },
    loops: watchLoops(),
    log,
  });
  const batches = () =>
    sqs.commandCalls(ChangeMessageVisibilityBatchCommand).map(({ args }) => args[0].input.Entries ?? []);
  return { sqs, keepAlive, batches };
}

test('a message is kept hidden for 12 hours from its receipt and no longer', async () => {
  const { keepAlive, batches } = keeping();
  keepAlive.add(received('fresh', 0));
  keepAlive.add(received('old', 43_170.5));
  keepAlive.add(received('over', 43_200));
  await expect.poll(batches).not.toEqual([]);
  keepAlive.stop();
  expect(
    batches()[0]?.map(({ ReceiptHandle, VisibilityTimeout }) => [ReceiptHandle, VisibilityTimeout]),
  ).toEqual([
    ['fresh', 60],
    ['old', 24],
  ]);
});

test('any wish is cut to what SQS grants', () => {
  expect(grantedVisibility(received('a', 0.1), 0.2)).toBe(1);
  expect(grantedVisibility(received('a', 100.1), 50_000)).toBe(43_094);
  expect(grantedVisibility(received('a', 50_000), 10)).toBe(0);
});

test('many messages are extended ten a request, and a request that fails harms none of the others', async () => {
  const { sqs, keepAlive, batches } = keeping();
  sqs.on(ChangeMessageVisibilityBatchCommand).rejectsOnce(new Error('no connection')).resolves({});
  for (let index = 0; index < 25; index += 1) keepAlive.add(received(String(index), 0));
  await expect.poll(() => batches().length).toBeGreaterThanOrEqual(6);
  keepAlive.stop();
  expect(
    batches()
      .slice(0, 3)
      .map(({ length }) => length),
  ).toEqual([10, 10, 5]);
});

test('a message is let go only when no extension of it is on its way', async () => {
  const { sqs, keepAlive, batches } = keeping();
  const answered = Promise.withResolvers<object>();
  sqs.on(ChangeMessageVisibilityBatchCommand).callsFake(() => answered.promise);
  const delivery = received('a', 0);
  keepAlive.add(delivery);
  await expect.poll(() => batches().length).toBe(1);
  let isReleased = false;
  const release = keepAlive.release(delivery).then(() => {
    isReleased = true;
  });
  await Promise.resolve();
  expect(isReleased).toBe(false);
  answered.resolve({});
  await release;
  keepAlive.stop();
});
