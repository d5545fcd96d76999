import { DeleteMessageBatchCommand, SQSClient } from '@aws-sdk/client-sqs';
import { mockClient } from 'aws-sdk-client-mock';
import { pino } from 'pino';
import { expect, test } from 'vitest';
import { trialTask } from '../test/worker/trial-tasks.ts';
import { createDeleteBatches } from './delete-batches.ts';
import { deliveryOf } from './delivery.ts';
import { watchLoops } from './watch-loops.ts';

// What SQS refuses cannot be provoked at an endpoint: these tests stand in for its answers.
const queue = { url: 'http://queue', arn: 'arn:aws:sqs:', deadLetterUrl: 'http://dead', task: trialTask };
const log = pino({ level: 'silent' });

function batches() {
  const sqs = mockClient(SQSClient);
  const deleted: string[] = [];
  const deletes = createDeleteBatches({
    sqs: new SQSClient({ region: 'eu-west-2' }),
    loop: watchLoops().loop('settling', { limitSeconds: 60 }),
    log,
    longestBackoffSeconds: 0.01,
    onDeleted: ({ messageId }) => deleted.push(messageId),
  });
  const add = (...ids: string[]) => {
    for (const id of ids) deletes.add(deliveryOf(queue, { MessageId: id, ReceiptHandle: id }, log));
  };
  const sizes = () =>
    sqs.commandCalls(DeleteMessageBatchCommand).map(({ args }) => args[0].input.Entries?.length);
  return { sqs, deletes, deleted, add, sizes };
}

test('ten go at once, the rest a moment later', async () => {
  const { sqs, add, sizes, deleted } = batches();
  sqs.on(DeleteMessageBatchCommand).resolves({});
  add(...Array.from({ length: 12 }, (_, index) => String(index)));
  expect(sizes()).toEqual([10]);
  await expect.poll(sizes).toEqual([10, 2]);
  await expect.poll(() => deleted.length).toBe(12);
});

test('what fails within a batch, and a batch that fails, is tried again', async () => {
  const { sqs, add, deletes, deleted, sizes } = batches();
  sqs
    .on(DeleteMessageBatchCommand)
    .resolvesOnce({ Successful: [], Failed: [{ Id: '1', Code: 'InternalError', SenderFault: false }] })
    .rejectsOnce(new Error('no connection'))
    .resolves({});
  add('a', 'b', 'c');
  await deletes.flush();
  expect(sizes()).toEqual([3, 1, 1]);
  expect(deleted).toEqual(['a', 'c', 'b']);
});

test('a delete that SQS will never take, or that fails again and again, is given up', async () => {
  const { sqs, add, deletes, deleted, sizes } = batches();
  sqs
    .on(DeleteMessageBatchCommand)
    .resolvesOnce({
      Successful: [],
      Failed: [
        { Id: '0', Code: 'ReceiptHandleIsInvalid', SenderFault: true },
        { Id: '1', Code: 'InternalError', SenderFault: false },
      ],
    })
    .rejects(new Error('no connection'));
  add('a', 'b');
  await deletes.flush();
  expect(sizes()).toEqual([2, 1, 1, 1, 1, 1]);
  expect(deleted).toEqual(['a', 'b']);
});
