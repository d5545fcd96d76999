import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import {
  CreateScheduleCommand,
  type CreateScheduleCommandInput,
  DeleteScheduleCommand,
  GetScheduleCommand,
  SchedulerClient,
} from '@aws-sdk/client-scheduler';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { startJumpingClock } from '../../test/jumping-clock.ts';
import { type Clock, startClock } from '../clock.ts';
import { createTargets } from '../delivery/targets.ts';
import { localCredentials, localRegion } from '../local-service.ts';
import { startServer } from '../server.ts';
import { createScheduler } from './create-scheduler.ts';

const queueArn = 'arn:aws:sqs:eu-west-2:000000000000:letters';
const GroupName = 'one-time';
let stateDirectory: string;
let received: string[];
const closing: (() => Promise<unknown>)[] = [];

beforeEach(async () => {
  stateDirectory = await mkdtemp(join(tmpdir(), 'slackwater-scheduler-'));
  received = [];
});
afterEach(async () => {
  for (const close of closing.splice(0)) await close();
  await rm(stateDirectory, { recursive: true });
});

/** A local Scheduler and a client of it; `close` ends it before the test does. */
async function begin(clock: Clock = startClock()) {
  const targets = createTargets();
  targets.add(queueArn, async ({ payload }) => void received.push(payload));
  const scheduler = createScheduler({ targets, clock, stateDirectory, say: () => undefined });
  scheduler.putGroup(GroupName);
  const server = await startServer({ port: 0, services: [scheduler] });
  const client = new SchedulerClient({
    endpoint: server.url,
    region: localRegion,
    credentials: localCredentials,
  });
  const close = async () => {
    client.destroy();
    await scheduler.close();
    await server.close();
  };
  closing.push(close);
  const create = (overrides: Partial<CreateScheduleCommandInput> = {}) =>
    client.send(new CreateScheduleCommand({ ...once(60), ...overrides }));
  const find = (Name = 'reminder') => client.send(new GetScheduleCommand({ Name, GroupName }));
  return { scheduler, client, create, find, close };
}

/** A schedule that sends once, so many seconds from now. */
function once(seconds: number): CreateScheduleCommandInput {
  return {
    Name: 'reminder',
    GroupName,
    ScheduleExpression: `at(${new Date(Date.now() + seconds * 1000).toISOString().slice(0, 19)})`,
    FlexibleTimeWindow: { Mode: 'OFF' },
    ActionAfterCompletion: 'DELETE',
    Target: { Arn: queueArn, RoleArn: 'arn:aws:iam::000000000000:role/one-time', Input: 'remember' },
  };
}

describe('a schedule that is created over the API', () => {
  it('sends once at its time and deletes itself', async () => {
    const clock = startJumpingClock();
    const { scheduler, create, find } = await begin(clock);
    const { ScheduleArn } = await create();
    expect(ScheduleArn).toBe('arn:aws:scheduler:eu-west-2:000000000000:schedule/one-time/reminder');
    expect(await find()).toMatchObject({ Name: 'reminder', ActionAfterCompletion: 'DELETE' });
    scheduler.start();
    expect(received).toEqual([]);
    clock.jump(61_000);
    await expect.poll(() => received).toEqual(['remember']);
    await expect.poll(() => find().catch(({ name }) => name)).toBe('ResourceNotFoundException');
  });

  it('stays if it is not told to go, and never sends again', async () => {
    const clock = startJumpingClock();
    const first = await begin(clock);
    first.scheduler.start();
    await first.create({ ActionAfterCompletion: 'NONE' });
    clock.jump(61_000);
    await expect.poll(() => received).toHaveLength(1);
    await first.close();
    const second = await begin(clock);
    second.scheduler.start();
    await second.create({ ...once(180), Name: 'another' });
    clock.jump(181_000);
    await expect.poll(() => received).toHaveLength(2);
    expect(await second.find()).toMatchObject({ Name: 'reminder' });
  });

  it('is kept over a restart, and sends at once if its time passed meanwhile', async () => {
    const before = await begin();
    before.scheduler.start();
    await before.create();
    await before.close();
    expect(received).toEqual([]);
    const after = await begin({ ...startClock(), now: () => Date.now() + 3_600_000 });
    expect(await after.find()).toMatchObject({ Name: 'reminder' });
    after.scheduler.start();
    await expect.poll(() => received).toEqual(['remember']);
  });

  it('repeats at its pace if it has one', async () => {
    const { scheduler, create } = await begin(startClock(3600));
    scheduler.start();
    await create({ ScheduleExpression: 'rate(10 minutes)' });
    await expect.poll(() => received.length).toBeGreaterThanOrEqual(3);
  });

  it('sends nothing once it is deleted', async () => {
    const waiting = new Set<() => void>();
    const after = (_milliseconds: number, callback: () => void) => {
      waiting.add(callback);
      return () => void waiting.delete(callback);
    };
    const { scheduler, client, create } = await begin({ ...startClock(), after });
    scheduler.start();
    await create();
    expect(waiting.size).toBe(1);
    await client.send(new DeleteScheduleCommand({ Name: 'reminder', GroupName }));
    expect(waiting.size).toBe(0);
    const again = client.send(new DeleteScheduleCommand({ Name: 'reminder', GroupName }));
    await expect(again).rejects.toMatchObject({ name: 'ResourceNotFoundException' });
  });

  it('is there once: its name is taken, but for a repetition of the same request', async () => {
    const { create } = await begin();
    const { ScheduleArn } = await create({ ClientToken: 'one' });
    expect(await create({ ClientToken: 'one' })).toMatchObject({ ScheduleArn });
    await expect(create({ ClientToken: 'two' })).rejects.toMatchObject({ name: 'ConflictException' });
  });

  it.each<[string, Partial<CreateScheduleCommandInput>, string]>([
    ['a group that is not there', { GroupName: 'nobody' }, 'ResourceNotFoundException'],
    ['a wrong expression', { ScheduleExpression: 'at(tomorrow)' }, 'ValidationException'],
    ['an illegal name', { Name: 'a b' }, 'ValidationException'],
    ['a target without a role', { Target: { Arn: queueArn, RoleArn: 'none' } }, 'ValidationException'],
  ])('is refused for %s', async (_what, overrides, name) => {
    const { create } = await begin();
    await expect(create(overrides)).rejects.toMatchObject({ name });
  });
});
