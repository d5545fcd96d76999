import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { CloudWatchClient, GetMetricDataCommand, PutMetricDataCommand } from '@aws-sdk/client-cloudwatch';
import { ECSClient, GetTaskProtectionCommand, ListTasksCommand } from '@aws-sdk/client-ecs';
import { GetQueueAttributesCommand, SQSClient } from '@aws-sdk/client-sqs';
import { GetParameterCommand, SSMClient } from '@aws-sdk/client-ssm';
import { mockClient } from 'aws-sdk-client-mock';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it, vi } from 'vitest';

const environment = {
  DEPLOYMENT: 'slackwater-dev',
  QUEUES_URL: 'http://127.0.0.1/0',
  PAUSED_TASKS_PARAMETER: '/slackwater-dev/paused-tasks',
  CLUSTER: 'workers',
  SERVICE: 'worker',
  MAXIMUM_WORKERS: '50',
};
const tasks = [
  { name: 'property-upload', concurrency: 2, startWithinSeconds: 120, expectedSeconds: 60 },
  { name: 'letter', concurrency: 2, startWithinSeconds: 60, expectedSeconds: 60, perSecond: 0.1 },
];
const tick = { source: 'aws.events' };

const sqs = mockClient(SQSClient);
const ecs = mockClient(ECSClient);
const cloudWatch = mockClient(CloudWatchClient);
const ssm = mockClient(SSMClient);
let handler: (event: { source?: string }) => Promise<void>;

let directory: string;
beforeAll(async () => {
  directory = mkdtempSync(join(tmpdir(), 'slackwater-demand-'));
  writeFileSync(join(directory, 'demand-tasks.json'), JSON.stringify(tasks));
  vi.stubEnv('LAMBDA_TASK_ROOT', directory);
  for (const [name, value] of Object.entries(environment)) vi.stubEnv(name, value);
  vi.stubEnv('AWS_REGION', 'eu-west-2');
  handler = (await import('./index.ts')).handler;
});
afterEach(() => void vi.useRealTimers());
afterAll(() => {
  for (const client of [sqs, ecs, cloudWatch, ssm]) client.restore();
  rmSync(directory, { recursive: true });
});

beforeEach(() => {
  vi.useFakeTimers({ toFake: ['Date'], now: new Date('2027-01-04T10:01:00Z') });
  for (const client of [sqs, ecs, cloudWatch, ssm]) client.reset();
  vi.spyOn(console, 'log').mockImplementation(() => undefined);
  sqs.on(GetQueueAttributesCommand).resolves({ Attributes: { ApproximateNumberOfMessages: '0' } });
  ecs.on(ListTasksCommand).resolves({ taskArns: [] });
  ssm.on(GetParameterCommand).resolves({ Parameter: { Value: '[]' } });
  cloudWatch.on(PutMetricDataCommand).resolves({});
});

/** What was published, by metric name. */
function published(): Record<string, number | undefined>[] {
  return cloudWatch
    .commandCalls(PutMetricDataCommand)
    .map((call) =>
      Object.fromEntries((call.args[0].input.MetricData ?? []).map((one) => [one.MetricName, one.Value])),
    );
}

const waiting = (count: number) =>
  sqs
    .on(GetQueueAttributesCommand, { QueueUrl: 'http://127.0.0.1/0/slackwater-dev-property-upload' })
    .resolves({ Attributes: { ApproximateNumberOfMessages: String(count) } });

describe('the worker-demand Lambda', () => {
  it('publishes zeros when nothing waits, so that the last workers go', async () => {
    ecs.on(ListTasksCommand).resolves({ taskArns: ['a'] });
    ecs.on(GetTaskProtectionCommand).resolves({ protectedTasks: [] });
    cloudWatch.on(GetMetricDataCommand).resolves({ MetricDataResults: [] });
    await handler(tick);
    expect(published()).toEqual([{ WorkersNeeded: 0, WorkerDemand: 0, MessagesWaiting: 0 }]);
  });

  it('tells at rest the demand alone, since every metric that is told is paid for', async () => {
    await handler(tick);
    expect(published()).toEqual([{ WorkerDemand: 0 }]);
  });

  it('asks for no more workers than a rate limit keeps busy', async () => {
    sqs
      .on(GetQueueAttributesCommand, { QueueUrl: 'http://127.0.0.1/0/slackwater-dev-letter' })
      .resolves({ Attributes: { ApproximateNumberOfMessages: '10000' } });
    await handler(tick);
    expect(published()).toEqual([{ WorkersNeeded: 3, WorkerDemand: 3, MessagesWaiting: 10_000 }]);
  });

  it('counts dead letters every fifth minute, and tells them while there are any', async () => {
    const deadLetters = (count: string) =>
      sqs
        .on(GetQueueAttributesCommand, {
          QueueUrl: 'http://127.0.0.1/0/slackwater-dev-property-upload-dead-letter',
        })
        .resolves({ Attributes: { ApproximateNumberOfMessages: count } });
    const told: unknown[] = [];
    for (const [count, time] of [
      ['3', '10:04:59'],
      ['3', '10:05:20'],
      ['0', '10:10:20'],
    ] as const) {
      deadLetters(count);
      vi.setSystemTime(`2027-01-04T${time}Z`);
      await handler(tick);
      told.push(published().at(-1)?.DeadLetters);
    }
    expect(told).toEqual([undefined, 3, undefined]);
  });

  it('publishes to the second and by deployment', async () => {
    await handler(tick);
    const { Namespace, MetricData } = cloudWatch.commandCalls(PutMetricDataCommand)[0]?.args[0].input ?? {};
    expect(Namespace).toBe('Slackwater');
    for (const one of MetricData ?? []) {
      expect(one).toMatchObject({
        StorageResolution: 1,
        Dimensions: [{ Name: 'Deployment', Value: 'slackwater-dev' }],
      });
    }
  });

  it('counts with the expected length and asks no metrics while there are no workers', async () => {
    waiting(12);
    await handler(tick);
    expect(published()[0]).toMatchObject({ WorkersNeeded: 3, WorkerDemand: 6, MessagesWaiting: 12 });
    expect(cloudWatch.commandCalls(GetMetricDataCommand)).toHaveLength(0);
  });

  it('counts with measured lengths, held slots, busy workers and the last minutes once workers run', async () => {
    waiting(12);
    ecs.on(ListTasksCommand).resolves({ taskArns: ['a', 'b'] });
    ecs
      .on(GetTaskProtectionCommand)
      .resolves({ protectedTasks: [{ taskArn: 'a', protectionEnabled: true }] });
    cloudWatch.on(GetMetricDataCommand).resolves({
      MetricDataResults: [
        { Id: 'seconds0', Values: [120] },
        { Id: 'held', Values: [1.5] },
        { Id: 'needed', Values: [9] },
      ],
    });
    await handler(tick);
    expect(published()[0]).toMatchObject({ WorkersNeeded: 8, WorkerDemand: 9 });
  });

  it('asks for a worker at once when a scan verdict passes, before the queue shows it', async () => {
    await handler({ source: 'aws.guardduty' });
    expect(published()[0]).toMatchObject({ WorkerDemand: 1 });
  });

  it('wakes nobody for a paused task', async () => {
    waiting(12);
    ssm.on(GetParameterCommand).resolves({ Parameter: { Value: '["property-upload"]' } });
    await handler(tick);
    expect(published()[0]).toMatchObject({ WorkerDemand: 0, MessagesWaiting: 12 });
  });

  it.each([
    ['a queue', () => sqs.on(GetQueueAttributesCommand).rejects(new Error('down'))],
    ['the workers', () => ecs.on(ListTasksCommand).rejects(new Error('down'))],
    ['what is paused', () => ssm.on(GetParameterCommand).rejects(new Error('down'))],
    [
      'the metrics',
      () => {
        ecs.on(ListTasksCommand).resolves({ taskArns: ['a'] });
        ecs.on(GetTaskProtectionCommand).resolves({ protectedTasks: [] });
        cloudWatch.on(GetMetricDataCommand).rejects(new Error('down'));
      },
    ],
  ])('fails and publishes nothing when it cannot read %s', async (_what, breakIt) => {
    breakIt();
    await expect(handler(tick)).rejects.toThrow('down');
    expect(published()).toEqual([]);
  });
});
