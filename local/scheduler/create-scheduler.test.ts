import { mkdtemp, rm } from 'node:fs/promises';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { GetScheduleCommand, ListSchedulesCommand, SchedulerClient } from '@aws-sdk/client-scheduler';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { type Clock, startClock } from '../clock.ts';
import { createTargets, type Delivery } from '../delivery/targets.ts';
import { createScheduler, type Scheduler } from './create-scheduler.ts';
import { scheduleSchema } from './schedule.ts';

const queueArn = 'arn:aws:sqs:eu-west-2:000000000000:reports';
const deadLetterArn = `${queueArn}-dead`;
let stateDirectory: string;
let received: Delivery[];
let dead: Delivery[];
let fails: boolean;
const open: Scheduler[] = [];

beforeEach(async () => {
  stateDirectory = await mkdtemp(join(tmpdir(), 'slackwater-scheduler-'));
  [received, dead, fails] = [[], [], false];
});
afterEach(async () => {
  for (const scheduler of open.splice(0)) await scheduler.close();
  await rm(stateDirectory, { recursive: true });
});

function begin(clock: Clock): Scheduler {
  const targets = createTargets();
  targets.add(queueArn, async (delivery) => {
    received.push(delivery);
    if (fails) throw new Error('down');
  });
  targets.add(deadLetterArn, async (delivery) => {
    dead.push(delivery);
  });
  const scheduler = createScheduler({ targets, clock, stateDirectory, say: () => {} });
  open.push(scheduler);
  return scheduler;
}

const schedule = (overrides: object = {}) =>
  scheduleSchema.parse({
    Name: 'daily',
    GroupName: 'group',
    ScheduleExpression: 'rate(1 hour)',
    FlexibleTimeWindow: { Mode: 'OFF' },
    Target: {
      Arn: queueArn,
      Input:
        '{"id":"daily-<aws.scheduler.scheduled-time>","n":"<aws.scheduler.attempt-number>","a":"<aws.scheduler.schedule-arn>","x":"<aws.scheduler.execution-id>","o":"<other>"}',
      DeadLetterConfig: { Arn: deadLetterArn },
      RetryPolicy: { MaximumRetryAttempts: 1 },
    },
    ...overrides,
  });
const payloads = () => received.map(({ payload }) => JSON.parse(payload) as Record<string, string>);
const arn = 'arn:aws:scheduler:eu-west-2:000000000000:schedule/group/daily';

describe('the local Scheduler', () => {
  it('sends a rate at once and then at its pace, with the scheduled time, not the real one', async () => {
    const scheduler = begin(startClock(36_000));
    scheduler.putSchedule(schedule());
    scheduler.start();
    await vi.waitFor(() => expect(received.length).toBeGreaterThanOrEqual(3));
    const times = payloads().map(({ id }) => Date.parse(String(id?.slice('daily-'.length))));
    expect((times[1] ?? 0) - (times[0] ?? 0)).toBe(3_600_000);
    expect((times[2] ?? 0) - (times[1] ?? 0)).toBe(3_600_000);
    expect(payloads()[0]).toMatchObject({ n: '1', a: arn, o: '<other>' });
  });

  it('counts a rate on over a restart and makes up nothing', async () => {
    const before = begin(startClock(1));
    before.putSchedule(schedule());
    before.start();
    await vi.waitFor(() => expect(received).toHaveLength(1));
    await before.close();
    const hoursLater: Clock = { ...startClock(1), now: () => Date.now() + 5.5 * 3_600_000 };
    const waits: number[] = [];
    const after = begin({
      ...hoursLater,
      after: (milliseconds) => {
        waits.push(milliseconds);
        return () => {};
      },
    });
    after.putSchedule(schedule());
    after.start();
    expect(received).toHaveLength(1);
    expect(waits[0]).toBeGreaterThan(0.4 * 3_600_000);
    expect(waits[0]).toBeLessThanOrEqual(0.5 * 3_600_000);
  });

  it('sends inside the flexible window, still with the scheduled time', async () => {
    const scheduler = begin(startClock(60_000));
    scheduler.putSchedule(
      schedule({
        FlexibleTimeWindow: { Mode: 'FLEXIBLE', MaximumWindowInMinutes: 15 },
        ScheduleExpression: 'cron(0 * * * ? *)',
      }),
    );
    scheduler.start();
    await vi.waitFor(() => expect(received.length).toBeGreaterThanOrEqual(1));
    expect(payloads()[0]?.id).toMatch(/:00:00Z$/);
  });

  it('tries a target again with the next attempt number and another execution, then gives it up', async () => {
    fails = true;
    const scheduler = begin(startClock(1000));
    scheduler.putSchedule(schedule());
    await scheduler.trigger('daily');
    expect(payloads().map(({ n }) => n)).toEqual(['1', '2']);
    expect(payloads()[0]?.x).not.toBe(payloads()[1]?.x);
    expect(payloads()[0]?.id).toBe(payloads()[1]?.id);
    expect(dead[0]?.attributes).toMatchObject({
      SCHEDULE_ARN: arn,
      TARGET_ARN: queueArn,
      RETRY_ATTEMPTS: '1',
    });
  });

  it('triggers a schedule now with the same input', async () => {
    const scheduler = begin(startClock(1));
    scheduler.putSchedule(schedule({ State: 'DISABLED' }));
    scheduler.start();
    const time = await scheduler.trigger('daily');
    expect(payloads().map(({ id }) => id)).toEqual([`daily-${time.toISOString().slice(0, 19)}Z`]);
    await expect(scheduler.trigger('nightly')).rejects.toThrow('nightly does not exist');
  });

  it('refuses a schedule that AWS would refuse', () => {
    const scheduler = begin(startClock(1));
    expect(() => scheduler.putSchedule(schedule({ ScheduleExpression: 'cron(0 6 * * * *)' }))).toThrow(
      /needs a \?/,
    );
  });

  it('tells any AWS client what schedules there are', async () => {
    const scheduler = begin(startClock(1));
    scheduler.putSchedule(schedule());
    const server = createServer((request, response) => void scheduler.handle(request, response)).listen(
      0,
      '127.0.0.1',
    );
    await vi.waitFor(() => expect(server.listening).toBe(true));
    const client = new SchedulerClient({
      endpoint: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
      region: 'eu-west-2',
      credentials: { accessKeyId: 'local', secretAccessKey: 'local' },
    });
    const listed = await client.send(new ListSchedulesCommand({ NamePrefix: 'dai' }));
    expect(listed.Schedules).toMatchObject([{ Name: 'daily', State: 'ENABLED', Target: { Arn: queueArn } }]);
    const found = await client.send(new GetScheduleCommand({ Name: 'daily', GroupName: 'group' }));
    expect(found).toMatchObject({ Arn: arn, ScheduleExpression: 'rate(1 hour)' });
    await expect(client.send(new GetScheduleCommand({ Name: 'other' }))).rejects.toMatchObject({
      name: 'ResourceNotFoundException',
    });
    client.destroy();
    server.close();
  });
});
