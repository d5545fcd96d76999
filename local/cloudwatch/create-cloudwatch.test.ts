import {
  CloudWatchClient,
  DeleteAlarmsCommand,
  DescribeAlarmsCommand,
  GetMetricDataCommand,
  ListMetricsCommand,
  PutMetricAlarmCommand,
  type PutMetricAlarmCommandInput,
  PutMetricDataCommand,
  paginateGetMetricData,
  SetAlarmStateCommand,
} from '@aws-sdk/client-cloudwatch';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { type Clock, startClock } from '../clock.ts';
import { type LocalServer, startServer } from '../server.ts';
import type { AlarmActivation, CloudWatch } from './cloudwatch.ts';
import { createCloudWatch } from './create-cloudwatch.ts';

const namespace = 'Test';
let server: LocalServer;
let cloudWatch: CloudWatch;
let client: CloudWatchClient;
let activations: AlarmActivation[];
let clock: Clock;

async function start(speed: number): Promise<void> {
  clock = startClock(speed);
  activations = [];
  cloudWatch = createCloudWatch({ clock, onAlarm: (activation) => activations.push(activation) });
  server = await startServer({ port: 0, services: [cloudWatch] });
  client = new CloudWatchClient({
    endpoint: server.url,
    region: 'eu-west-2',
    credentials: { accessKeyId: 'a', secretAccessKey: 'b' },
  });
}

afterEach(async () => {
  cloudWatch.close();
  client.destroy();
  await server.close();
});

/** Ten minutes ago, at the begin of a minute: no test comes near a border of the present. */
const minute = (): number => Math.floor(Date.now() / 60_000 - 10) * 60_000;

async function put(...data: PutMetricDataCommand['input']['MetricData'] & object): Promise<void> {
  await client.send(new PutMetricDataCommand({ Namespace: namespace, MetricData: data }));
}

async function get(
  MetricName: string,
  Stat: string,
  {
    Period = 60,
    minutes = 1,
    ScanBy,
    dimensions = {},
  }: {
    Period?: number;
    minutes?: number;
    ScanBy?: 'TimestampAscending';
    dimensions?: Record<string, string>;
  } = {},
): Promise<{ values: number[] | undefined; times: number[] | undefined }> {
  const Dimensions = Object.entries(dimensions).map(([Name, Value]) => ({ Name, Value }));
  const Metric = { Namespace: namespace, MetricName, Dimensions };
  const { MetricDataResults } = await client.send(
    new GetMetricDataCommand({
      MetricDataQueries: [{ Id: 'a', MetricStat: { Metric, Period, Stat } }],
      StartTime: new Date(minute()),
      EndTime: new Date(minute() + minutes * 60_000),
      ScanBy,
    }),
  );
  const result = MetricDataResults?.[0];
  return { values: result?.Values, times: result?.Timestamps?.map((time) => time.getTime() - minute()) };
}

describe('metrics', () => {
  beforeEach(() => start(1));

  test('single values, values with counts and statistic sets add up', async () => {
    const Timestamp = new Date(minute());
    await put(
      { MetricName: 'Age', Timestamp, Value: 4 },
      { MetricName: 'Age', Timestamp, Values: [1, 7], Counts: [3, 1] },
      {
        MetricName: 'Age',
        Timestamp,
        StatisticValues: { SampleCount: 2, Sum: 20, Minimum: 9, Maximum: 11 },
      },
    );
    const stats = ['Sum', 'SampleCount', 'Average', 'Minimum', 'Maximum'];
    const values = await Promise.all(stats.map(async (stat) => (await get('Age', stat)).values));
    expect(values).toEqual([[34], [7], [34 / 7], [1], [11]]);
  });

  test('percentiles are those of the values', async () => {
    const Values = Array.from({ length: 100 }, (_, index) => index + 1);
    await put({ MetricName: 'Length', Timestamp: new Date(minute()), Values });
    const stats = ['p1', 'p50', 'p99', 'p99.9', 'p100'];
    const values = await Promise.all(stats.map(async (stat) => (await get('Length', stat)).values));
    expect(values).toEqual([[1], [50], [99], [100], [100]]);
  });

  test('thousands of different values keep their percentiles to three digits', async () => {
    for (let at = 1; at <= 5000; at += 1) {
      cloudWatch.record({ namespace, metricName: 'Many', timestamp: minute(), values: [at + 0.123] });
    }
    const [median = 0] = (await get('Many', 'p50')).values ?? [];
    expect(Math.abs(median - 2500) / 2500).toBeLessThan(0.005);
    expect((await get('Many', 'SampleCount')).values).toEqual([5000]);
  });

  test('a large batch arrives gzipped and whole', async () => {
    const Timestamp = new Date(minute());
    await put(
      ...Array.from({ length: 500 }, (_, index) => ({
        MetricName: 'Batch',
        Timestamp,
        Value: index,
        Unit: 'Count' as const,
      })),
    );
    expect((await get('Batch', 'SampleCount')).values).toEqual([500]);
  });

  test('a metric with another dimension is another metric', async () => {
    const Timestamp = new Date(minute());
    const Dimensions = [
      { Name: 'Task', Value: 'a' },
      { Name: 'Deployment', Value: 'd' },
    ];
    await put(
      { MetricName: 'Held', Timestamp, Value: 1 },
      { MetricName: 'Held', Timestamp, Value: 2, Dimensions },
    );
    expect((await get('Held', 'Sum')).values).toEqual([1]);
    expect((await get('Held', 'Sum', { dimensions: { Deployment: 'd', Task: 'a' } })).values).toEqual([2]);
    expect((await get('Held', 'Sum', { dimensions: { Task: 'a' } })).values).toEqual([]);
  });

  test('periods begin at their multiples, newest first unless asked otherwise', async () => {
    for (const [second, Value] of [
      [0, 1],
      [9, 2],
      [10, 3],
      [75, 4],
      [120, 5],
    ] as const) {
      await put({
        MetricName: 'Demand',
        Timestamp: new Date(minute() + second * 1000),
        Value,
        StorageResolution: 1,
      });
    }
    expect(await get('Demand', 'Sum', { minutes: 2 })).toEqual({ values: [4, 6], times: [60_000, 0] });
    expect(await get('Demand', 'Maximum', { Period: 10, minutes: 2, ScanBy: 'TimestampAscending' })).toEqual({
      values: [2, 3, 4],
      times: [0, 10_000, 70_000],
    });
  });

  test('without a timestamp it is now', async () => {
    await put({ MetricName: 'Now', Value: 1 });
    const Metric = { Namespace: namespace, MetricName: 'Now' };
    const { MetricDataResults } = await client.send(
      new GetMetricDataCommand({
        MetricDataQueries: [{ Id: 'a', MetricStat: { Metric, Period: 60, Stat: 'Sum' } }],
        StartTime: new Date(Date.now() - 120_000),
        EndTime: new Date(Date.now() + 60_000),
      }),
    );
    expect(MetricDataResults?.[0]?.Values).toEqual([1]);
  });

  test('results come in pages when there are more datapoints than asked for', async () => {
    for (const MetricName of ['A', 'B']) {
      for (let at = 0; at < 5; at += 1) {
        await put({ MetricName, Timestamp: new Date(minute() + at * 60_000), Value: at });
      }
    }
    const pages = paginateGetMetricData(
      { client },
      {
        MetricDataQueries: ['A', 'B'].map((MetricName) => ({
          Id: MetricName.toLowerCase(),
          MetricStat: { Metric: { Namespace: namespace, MetricName }, Period: 60, Stat: 'Sum' },
        })),
        StartTime: new Date(minute()),
        EndTime: new Date(minute() + 300_000),
        ScanBy: 'TimestampAscending',
        MaxDatapoints: 3,
      },
    );
    const values: Record<string, number[]> = { a: [], b: [] };
    let count = 0;
    for await (const { MetricDataResults = [] } of pages) {
      count += 1;
      for (const { Id = '', Values = [] } of MetricDataResults) values[Id]?.push(...Values);
    }
    expect(count).toBe(4);
    expect(values).toEqual({ a: [0, 1, 2, 3, 4], b: [0, 1, 2, 3, 4] });
  });

  test('metrics can be listed by name and dimension', async () => {
    await put(
      { MetricName: 'X', Value: 1, Dimensions: [{ Name: 'Task', Value: 'a' }] },
      { MetricName: 'X', Value: 1, Dimensions: [{ Name: 'Task', Value: 'b' }] },
      { MetricName: 'Y', Value: 1 },
    );
    const list = async (filter: object): Promise<unknown> =>
      (await client.send(new ListMetricsCommand({ Namespace: namespace, ...filter }))).Metrics?.length;
    expect(await list({})).toBe(3);
    expect(await list({ MetricName: 'X' })).toBe(2);
    expect(await list({ Dimensions: [{ Name: 'Task' }] })).toBe(2);
    expect(await list({ Dimensions: [{ Name: 'Task', Value: 'b' }] })).toBe(1);
  });

  test('what cannot be stored or computed is refused with the reason', async () => {
    await expect(put({ MetricName: 'Y', Value: 1 }, { MetricName: 'X' })).rejects.toThrow('neither Value');
    expect((await client.send(new ListMetricsCommand({}))).Metrics).toEqual([]);
    await expect(put({ MetricName: 'X', Values: [1], Counts: [1, 2] })).rejects.toThrow('differ in length');
    await expect(get('X', 'TM(10%:90%)')).rejects.toThrow('no statistic');
    const expression = new GetMetricDataCommand({
      MetricDataQueries: [{ Id: 'e', Expression: 'a + b' }],
      StartTime: new Date(minute()),
      EndTime: new Date(minute() + 1000),
    });
    await expect(client.send(expression)).rejects.toThrow('no metric math');
  });

  test('metrics embedded in a log line are stored by every set of dimensions', async () => {
    const line = JSON.stringify({
      _aws: {
        Timestamp: minute() + 1000,
        CloudWatchMetrics: [
          {
            Namespace: namespace,
            Dimensions: [['Deployment'], ['Deployment', 'Task']],
            Metrics: [
              { Name: 'AttemptSeconds', Unit: 'Seconds' },
              { Name: 'WorkersHeld', StorageResolution: 1 },
            ],
          },
        ],
      },
      Deployment: 'd',
      Task: 't',
      AttemptSeconds: [1, 2],
      WorkersHeld: 0.5,
    });
    expect(cloudWatch.readLogLine(line)).toBe(true);
    expect((await get('AttemptSeconds', 'Sum', { dimensions: { Deployment: 'd' } })).values).toEqual([3]);
    const both = { dimensions: { Deployment: 'd', Task: 't' } };
    expect((await get('WorkersHeld', 'Sum', { ...both, Period: 1 })).times).toEqual([1000]);
  });

  test('a line that only looks like embedded metrics is left alone', () => {
    for (const line of ['"_aws" {', '{"_aws":{}}', '{"message":"_aws"}', 'text', '']) {
      expect(cloudWatch.readLogLine(line)).toBe(false);
    }
    const noValue = { Namespace: namespace, Dimensions: [['Missing']], Metrics: [{ Name: 'X' }] };
    const aws = { Timestamp: 1, CloudWatchMetrics: [noValue] };
    expect(cloudWatch.readLogLine(JSON.stringify({ _aws: aws, X: 1 }))).toBe(false);
  });
});

describe('alarms on a fast clock', () => {
  beforeEach(() => start(200));

  const alarm: PutMetricAlarmCommandInput = {
    AlarmName: 'demand',
    Namespace: namespace,
    MetricName: 'Demand',
    Statistic: 'Maximum',
    Period: 10,
    EvaluationPeriods: 1,
    Threshold: 1,
    ComparisonOperator: 'GreaterThanOrEqualToThreshold',
    TreatMissingData: 'ignore',
    AlarmActions: ['arn:scale'],
    OKActions: ['arn:tell'],
  };

  const measure = (Value: number): Promise<void> =>
    put({ MetricName: 'Demand', Value, StorageResolution: 1 });

  async function state(): Promise<string | undefined> {
    const { MetricAlarms } = await client.send(new DescribeAlarmsCommand({ AlarmNames: ['demand'] }));
    return MetricAlarms?.[0]?.StateValue;
  }

  test('an alarm goes off with its datapoints, acts again each minute, and calms down', async () => {
    await client.send(new PutMetricAlarmCommand(alarm));
    expect(await state()).toBe('INSUFFICIENT_DATA');
    await measure(3);
    await expect.poll(() => activations.length).toBeGreaterThanOrEqual(3);
    const [first, second, third] = activations;
    expect(first).toMatchObject({
      alarmName: 'demand',
      state: 'ALARM',
      actions: ['arn:scale'],
      datapoints: [3],
      repeated: false,
    });
    expect(second).toMatchObject({ state: 'ALARM', datapoints: [3], repeated: true });
    for (const [before, after] of [
      [first, second],
      [second, third],
    ]) {
      const seconds = ((after?.at ?? 0) - (before?.at ?? 0)) / 1000;
      expect(seconds).toBeGreaterThanOrEqual(60);
    }
    expect(await state()).toBe('ALARM');
    await measure(0);
    await expect.poll(state).toBe('OK');
    expect(activations.at(-1)).toMatchObject({ state: 'OK', actions: ['arn:tell'], datapoints: [0] });
  });

  test('an alarm whose actions are switched off changes its state all the same', async () => {
    await client.send(new PutMetricAlarmCommand({ ...alarm, ActionsEnabled: false }));
    await measure(1);
    await expect.poll(state).toBe('ALARM');
    expect(activations[0]?.actions).toEqual([]);
  });

  test('a minute alarm looks at whole minutes', async () => {
    await client.send(new PutMetricAlarmCommand({ ...alarm, Period: 60, Threshold: 5 }));
    await measure(1);
    await measure(7);
    await expect.poll(state).toBe('ALARM');
    expect((activations[0]?.at ?? 1) % 60_000).toBe(0);
  });

  test('a deleted alarm is silent, a state can be set by hand', async () => {
    await client.send(new PutMetricAlarmCommand(alarm));
    const set = new SetAlarmStateCommand({
      AlarmName: 'demand',
      StateValue: 'ALARM',
      StateReason: 'by hand',
    });
    await client.send(set);
    expect(activations).toMatchObject([{ state: 'ALARM', reason: 'by hand' }]);
    await client.send(new DeleteAlarmsCommand({ AlarmNames: ['demand'] }));
    expect(await state()).toBeUndefined();
    await expect(client.send(set)).rejects.toThrow('no alarm');
  });

  test.each([
    [{ Period: 15 }, 'a period of 15 s'],
    [{ EvaluationPeriods: 0 }, 'EvaluationPeriods 0'],
    [{ DatapointsToAlarm: 2 }, 'DatapointsToAlarm 2'],
    [{ MetricName: undefined }, 'no metric math'],
    [{ ComparisonOperator: 'GreaterThanUpperThreshold' }, 'unknown comparison'],
  ] as const)('%o is refused', async (change, reason) => {
    await expect(client.send(new PutMetricAlarmCommand({ ...alarm, ...change }))).rejects.toThrow(reason);
  });

  test('a process on the wall clock measures at the time of the fast one', async () => {
    await client.send(new PutMetricAlarmCommand(alarm));
    const Metrics = [{ Name: 'Demand', StorageResolution: 1 }];
    const CloudWatchMetrics = [{ Namespace: namespace, Dimensions: [[]], Metrics }];
    await expect.poll(() => clock.now() - Date.now()).toBeGreaterThan(60_000);
    cloudWatch.readLogLine(JSON.stringify({ _aws: { Timestamp: Date.now(), CloudWatchMetrics }, Demand: 1 }));
    await expect.poll(state).toBe('ALARM');
  });
});
