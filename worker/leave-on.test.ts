import { EventEmitter } from 'node:events';
import { pino } from 'pino';
import { expect, test } from 'vitest';
import { trialTask } from '../test/worker/trial-tasks.ts';
import { currentDelivery } from './attempt.ts';
import { deliveryOf } from './delivery.ts';
import { leaveOn } from './leave-on.ts';

const log = pino({ level: 'silent' });

function watched(stop: () => Promise<void> = async () => {}) {
  const exits: number[] = [];
  const process = Object.assign(new EventEmitter(), { exit: (code: number) => exits.push(code) });
  leaveOn({ stop, log, process: process as unknown as NodeJS.Process });
  return { process, exits };
}

test.each(['SIGTERM', 'SIGINT'])('%s drains once and exits with 0', async (signal) => {
  let stops = 0;
  const { process, exits } = watched(async () => {
    stops += 1;
  });
  process.emit(signal);
  process.emit(signal);
  await expect.poll(() => exits).toEqual([0]);
  expect(stops).toBe(1);
});

test('a drain that fails exits with 1', async () => {
  const { process, exits } = watched(async () => Promise.reject(new Error('stuck')));
  process.emit('SIGTERM');
  await expect.poll(() => exits).toEqual([1]);
});

test.each(['uncaughtException', 'unhandledRejection'])(
  '%s exits with 1, also when a drain is under way',
  async (event) => {
    const { process, exits } = watched();
    process.emit('SIGTERM');
    process.emit(event, new Error('stray'));
    await expect.poll(() => exits).toEqual([1]);
  },
);

test('a stray error aborts the attempt it came from', () => {
  const queue = { url: 'http://queue', arn: 'arn:aws:sqs:', deadLetterUrl: 'http://dead', task: trialTask };
  const delivery = deliveryOf(queue, {}, log);
  const { process } = watched();
  currentDelivery.run(delivery, () => process.emit('uncaughtException', new Error('stray')));
  expect(delivery.abort.signal.reason).toMatchObject({
    name: 'StrayError',
    message: expect.stringContaining('stray'),
  });
});
