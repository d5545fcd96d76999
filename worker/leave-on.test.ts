import { EventEmitter } from 'node:events';
import { pino } from 'pino';
import { expect, test } from 'vitest';
import { trialTask } from '../test/worker/trial-tasks.ts';
import { currentDelivery, deliveryOf } from './delivery.ts';
import { leaveOn } from './leave-on.ts';

const log = pino({ level: 'silent' });

function watched(stop: (broken?: Error) => Promise<void> = async () => {}) {
  const exits: number[] = [];
  const process = Object.assign(new EventEmitter(), { exit: (code: number) => exits.push(code) });
  const { broken } = leaveOn({ stop, log, process: process as unknown as NodeJS.Process });
  return { process, exits, broken };
}

const queue = { url: 'http://queue', arn: 'arn:aws:sqs:', deadLetterUrl: 'http://dead', task: trialTask };
/** A delivery whose handler is at work. */
const atWork = () => Object.assign(deliveryOf(queue, {}, log), { workingSince: Date.now() });

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

test('a stray error aborts the attempt it came from, and the worker stays', () => {
  const delivery = atWork();
  const { process, exits } = watched(async () => expect.unreachable());
  currentDelivery.run(delivery, () => process.emit('uncaughtException', new Error('stray')));
  expect(delivery.abort.signal.reason).toMatchObject({
    name: 'StrayError',
    message: expect.stringContaining('stray'),
  });
  expect(exits).toEqual([]);
});

test('process.exit is refused: it fails its attempt, and in nobody’s name it makes the worker drain and leave', async () => {
  const delivery = atWork();
  const broken: (Error | undefined)[] = [];
  const { process, exits } = watched(async (why) => void broken.push(why));
  const refusal = 'process.exit(0) was called: throw an error instead';
  expect(() => currentDelivery.run(delivery, () => process.exit(0))).toThrow(refusal);
  expect(delivery.abort.signal.reason).toMatchObject({ name: 'StrayError', message: refusal });
  expect(exits).toEqual([]);

  expect(() => process.exit(0)).toThrow(refusal);
  await expect.poll(() => exits).toEqual([1]);
  expect(broken).toMatchObject([{ name: 'WorkerBroken', message: refusal }]);
});

test('a worker that is broken drains, says why, and exits with 1', async () => {
  const reasons: unknown[] = [];
  const { broken, exits } = watched(async (why) => void reasons.push(why?.message));
  broken(new Error('no memory'));
  await expect.poll(() => exits).toEqual([1]);
  expect(reasons).toEqual(['no memory']);
});
