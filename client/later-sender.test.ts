import { GetScheduleCommand, ListSchedulesCommand } from '@aws-sdk/client-scheduler';
import { afterAll, afterEach, beforeAll, describe, expect, onTestFinished, test } from 'vitest';
import { z } from 'zod';
import { checkOut } from '../messages/claim-check.ts';
import { parseEnvelope } from '../messages/envelope.ts';
import { runIdOf } from '../messages/run-id.ts';
import { defineTask } from '../tasks/define-task.ts';
import { type ClientTrial, tryClient } from '../test/client-trial.ts';
import { startJumpingClock } from '../test/jumping-clock.ts';
import { createS3ClaimChecks } from './s3-claim-checks.ts';
import { createTaskClient, type TaskClient } from './task-client.ts';

const letter = defineTask({
  name: 'letter',
  summary: 'Prints a letter',
  input: z.object({ to: z.string().min(1), text: z.string().default('') }),
  result: z.null(),
  timeoutSeconds: 10,
  concurrency: 1,
  startWithinSeconds: 60,
  expectedSeconds: 1,
  retry: { attempts: 1, firstDelaySeconds: 0, factor: 1, maxDelaySeconds: 0 },
});

let trial: ClientTrial;
let client: TaskClient;
beforeAll(async () => {
  trial = await tryClient([letter]);
  client = createTaskClient(trial.config);
});
afterAll(() => trial.close());
afterEach(() => trial.takeAll(letter));

const minutes = (count: number) => new Date(Date.now() + count * 60_000);
const group = () => trial.config.schedules.group;
const scheduled = (Name: string) =>
  trial.config.scheduler.send(new GetScheduleCommand({ Name, GroupName: group() }));
const schedules = async () =>
  (await trial.config.scheduler.send(new ListSchedulesCommand({ GroupName: group() }))).Schedules;

describe('a message for a time within 15 minutes', () => {
  test('is delayed on its queue, and is of that time', async () => {
    const when = new Date(Date.now() + 1_000);
    const runId = await client.sendAt(letter, { to: 'L-1' }, when, { groupId: 'agents' });
    expect(await trial.delayed(letter)).toBe(1);
    await expect.poll(() => trial.delayed(letter)).toBe(0);
    expect(Date.now()).toBeGreaterThanOrEqual(when.getTime());
    const [message] = await trial.takeAll(letter);
    const envelope = parseEnvelope(message?.body ?? '');
    expect(envelope).toMatchObject({ data: { to: 'L-1' }, time: when.toISOString() });
    expect([runIdOf(envelope), message?.group]).toEqual([runId, 'agents']);
    expect(await schedules()).toEqual([]);
  });

  test('is sent at once if that time is over', async () => {
    await client.sendAt(letter, { to: 'L-1' }, new Date(0));
    expect(await trial.takeAll(letter)).toHaveLength(1);
  });
});

describe('a message for a later time', () => {
  test('waits in a schedule that sends it once and goes: from the queue at its time, else from the dead-letter queue', async () => {
    const when = new Date(Math.floor(minutes(60).getTime() / 1000) * 1000 + 1);
    const runId = await client.sendAt(letter, { to: 'L-1' }, when);
    const schedule = await scheduled(runId);
    const nextSecond = new Date(when.getTime() + 999).toISOString().slice(0, 19);
    expect(schedule).toMatchObject({
      ScheduleExpression: `at(${nextSecond})`,
      ScheduleExpressionTimezone: 'UTC',
      FlexibleTimeWindow: { Mode: 'OFF' },
      ActionAfterCompletion: 'DELETE',
      Target: {
        Arn: 'arn:aws:sqs:eu-west-2:000000000000:letter',
        RoleArn: trial.config.schedules.roleArn,
        DeadLetterConfig: { Arn: 'arn:aws:sqs:eu-west-2:000000000000:letter-dead-letter' },
      },
    });
    const envelope = parseEnvelope(schedule.Target?.Input ?? '');
    expect(envelope).toMatchObject({ data: { to: 'L-1' }, time: when.toISOString() });
    expect(runIdOf(envelope)).toBe(runId);
    expect(await trial.takeAll(letter)).toEqual([]);
  });

  test('is scheduled once, however often it is sent under its id', async () => {
    const before = (await schedules())?.length ?? 0;
    const send = () => client.sendAt(letter, { to: 'L-1' }, minutes(60), { id: 'reminder-1' });
    expect(await send()).toBe(await send());
    expect(await schedules()).toHaveLength(before + 1);
  });

  test('is withdrawn by cancel: its schedule goes, and its run is cancelled', async () => {
    const runId = await client.sendAt(letter, { to: 'L-1' }, minutes(60));
    expect(await client.cancel(runId)).toBe('cancelled');
    await expect(scheduled(runId)).rejects.toMatchObject({ name: 'ResourceNotFoundException' });
    expect((await client.status(runId)).state).toBe('cancelled');
    expect(await client.cancel(runId)).toBe('cancelled');
  });

  test("says what it likes: Scheduler's own attributes in it are not filled in", async () => {
    const text = '<aws.scheduler.execution-id> & <b>';
    const runId = await client.sendAt(letter, { to: 'L-1', text }, minutes(60));
    const { Target } = await scheduled(runId);
    expect(Target?.Input).not.toContain('<aws.scheduler.');
    expect(parseEnvelope(Target?.Input ?? '').data).toMatchObject({ text });
  });

  test('goes by claim check if it is too large for a schedule, for as long as that is kept', async () => {
    const large = { to: 'L-1', text: 'x'.repeat(300_000) };
    const runId = await client.sendAt(letter, large, minutes(8 * 24 * 60));
    const envelope = parseEnvelope((await scheduled(runId)).Target?.Input ?? '');
    const claimChecks = createS3ClaimChecks({ s3: trial.s3, bucket: 'claim-checks' });
    expect(await checkOut(envelope, claimChecks)).toEqual(large);
    await expect(client.sendAt(letter, large, minutes(10 * 24 * 60))).rejects.toThrow(
      /data cannot be kept beyond .*: keep the data yourself/,
    );
    expect(await client.sendAt(letter, { to: 'L-1' }, minutes(400 * 24 * 60))).toMatch(/^[0-9a-f-]{36}$/);
  });
});

test('what cannot be sent later is refused before anything is scheduled', async () => {
  const before = await schedules();
  await expect(client.sendAt(letter, { to: '' }, minutes(60))).rejects.toThrow(/to: /);
  await expect(client.sendAt(letter, { to: 'L' }, new Date('nonsense'))).rejects.toThrow(/valid Date/);
  const { schedules: _none, ...config } = trial.config;
  const bare = createTaskClient(config);
  await expect(bare.sendAt(letter, { to: 'L' }, minutes(60))).rejects.toThrow(/pass schedules/);
  expect(await schedules()).toEqual(before);
});

test('a scheduled message comes at its time, and nothing is left of its schedule', async () => {
  const clock = startJumpingClock();
  const fast = await tryClient([letter], clock);
  onTestFinished(() => fast.close());
  fast.schedules.start();
  await createTaskClient(fast.config).sendAt(letter, { to: 'L-1' }, minutes(30), { id: 'in half an hour' });
  expect(await fast.takeAll(letter)).toEqual([]);
  clock.jump(31 * 60_000);
  await expect
    .poll(async () => (await fast.takeAll(letter)).map(({ body }) => parseEnvelope(body).id))
    .toEqual(['in half an hour']);
  const left = () => fast.config.scheduler.send(new ListSchedulesCommand({ GroupName: group() }));
  await expect.poll(async () => (await left()).Schedules).toEqual([]);
});
