import { pino } from 'pino';
import { expect, test, vi } from 'vitest';
import { trialTask } from '../test/worker/trial-tasks.ts';
import { deliveryOf } from './delivery.ts';
import { createSettlingCalls } from './settling-calls.ts';
import type { Refused } from './sqs-calls.ts';
import { watchLoops } from './watch-loops.ts';

// What SQS refuses cannot be provoked at an endpoint: these tests stand in for its answers.
const queue = { url: 'http://queue', arn: 'arn:aws:sqs:', deadLetterUrl: 'http://dead', task: trialTask };
const other = { ...queue, url: 'http://other' };
const log = pino({ level: 'silent' });
const none = new Map<number, Refused>();
const hiccup = { SenderFault: false, Code: 'InternalError', Message: 'try again' };
const invalid = { SenderFault: true, Code: 'ReceiptHandleIsInvalid', Message: 'never' };

function settling() {
  const deleteBatch = vi.fn<(url: string, handles: readonly string[]) => Promise<Map<number, Refused>>>();
  const changeVisibilityBatch =
    vi.fn<(url: string, changes: readonly object[]) => Promise<Map<number, Refused>>>();
  const calls = createSettlingCalls({
    sqs: { deleteBatch, changeVisibilityBatch },
    loop: watchLoops().loop('settling', { limitSeconds: 60 }),
    longestBackoffSeconds: 0.01,
  });
  const delivery = (id: string, from = queue) => deliveryOf(from, { MessageId: id, ReceiptHandle: id }, log);
  const deleted: string[] = [];
  const remove = (...ids: string[]) => {
    for (const id of ids) void calls.delete(delivery(id)).then(() => deleted.push(id));
  };
  const sizes = () => deleteBatch.mock.calls.map(([, handles]) => handles.length);
  return { calls, deleteBatch, changeVisibilityBatch, delivery, deleted, remove, sizes };
}

test('ten go at once, the rest a moment later', async () => {
  const { deleteBatch, remove, sizes, deleted } = settling();
  deleteBatch.mockResolvedValue(none);
  remove(...Array.from({ length: 12 }, (_, index) => String(index)));
  expect(sizes()).toEqual([10]);
  await expect.poll(sizes).toEqual([10, 2]);
  await expect.poll(() => deleted.length).toBe(12);
});

test('what fails within a batch, and a batch that fails, is tried again', async () => {
  const { deleteBatch, remove, calls, deleted, sizes } = settling();
  deleteBatch
    .mockResolvedValueOnce(new Map([[1, hiccup]]))
    .mockRejectedValueOnce(new Error('no connection'))
    .mockResolvedValue(none);
  remove('a', 'b', 'c');
  await calls.flush();
  expect(sizes()).toEqual([3, 1, 1]);
  expect(deleted).toEqual(['a', 'c', 'b']);
});

test('a delete that SQS will never take, or that fails again and again, is given up', async () => {
  const { deleteBatch, remove, calls, deleted, sizes } = settling();
  deleteBatch
    .mockResolvedValueOnce(
      new Map([
        [0, invalid],
        [1, hiccup],
      ]),
    )
    .mockRejectedValue(new Error('no connection'));
  remove('a', 'b');
  await calls.flush();
  expect(sizes()).toEqual([2, 1, 1, 1, 1, 1]);
  expect(deleted).toEqual(['a', 'b']);
});

test('changes of visibility go together, each with its own time, and what fails of them is tried again', async () => {
  const { changeVisibilityBatch, calls, delivery } = settling();
  changeVisibilityBatch
    .mockResolvedValueOnce(
      new Map([
        [0, invalid],
        [2, hiccup],
      ]),
    )
    .mockResolvedValue(none);
  await Promise.all([
    calls.hide(delivery('a'), 0),
    calls.hide(delivery('b'), 30),
    calls.hide(delivery('c'), 60),
    calls.hide(delivery('d', other), 5),
  ]);
  expect(changeVisibilityBatch.mock.calls).toEqual([
    [
      queue.url,
      [
        { receiptHandle: 'a', seconds: 0 },
        { receiptHandle: 'b', seconds: 30 },
        { receiptHandle: 'c', seconds: 60 },
      ],
    ],
    [other.url, [{ receiptHandle: 'd', seconds: 5 }]],
    [queue.url, [{ receiptHandle: 'c', seconds: 60 }]],
  ]);
});

test('a change of visibility that fails again and again is given up', async () => {
  const { changeVisibilityBatch, calls, delivery } = settling();
  changeVisibilityBatch.mockRejectedValue(new Error('no connection'));
  await calls.hide(delivery('a'), 0);
  expect(changeVisibilityBatch).toHaveBeenCalledTimes(4);
});
