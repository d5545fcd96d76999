import { CloudWatchClient, PutMetricDataCommand } from '@aws-sdk/client-cloudwatch';
import { mockClient } from 'aws-sdk-client-mock';
import { expect, test } from 'vitest';
import { publishDemand } from '../../lambdas/worker-demand/publish-demand.ts';
import { assumptions } from './assumptions.ts';
import { idleBill } from './idle-bill.ts';
import type { Resource } from './template.ts';

const bill = (Resources: Record<string, Resource>) => idleBill({ stackName: 'test', Resources });

/** Dollars by item, in cents' hundredths. */
const items = (Resources: Record<string, Resource>): Record<string, number> =>
  Object.fromEntries(bill(Resources).lines.map(({ item, usd }) => [item, Number(usd.toFixed(4))]));

const get = (id: string): object => ({ 'Fn::GetAtt': [id, 'Arn'] });

test('alarms cost by the metrics they look at, and three times as much below a minute', () => {
  const stat = (Period: number): object => ({ MetricStat: { Period } });
  expect(
    items({
      plain: { Type: 'AWS::CloudWatch::Alarm', Properties: { Period: 300 } },
      quick: { Type: 'AWS::CloudWatch::Alarm', Properties: { Period: 10 } },
      sum: {
        Type: 'AWS::CloudWatch::Alarm',
        Properties: { Metrics: [stat(60), stat(60), { Expression: 'a + b' }] },
      },
      both: { Type: 'AWS::CloudWatch::CompositeAlarm', Properties: {} },
    }),
  ).toEqual({ 'Alarms, standard': 0.3, 'Alarms, high resolution': 0.3, 'Alarms, composite': 0.5 });
});

test('an unknown resource is named, and so is one whose cost hangs on what it finds', () => {
  const { notPriced, totalUsd } = bill({
    cache: { Type: 'AWS::ElastiCache::CacheCluster' },
    server: { Type: 'AWS::RDS::DBInstance', Properties: { DBInstanceClass: 'db.r6g.large' } },
    query: {
      Type: 'AWS::CloudWatch::Alarm',
      Properties: { Metrics: [{ Expression: 'SELECT MAX(x) FROM y' }] },
    },
  });
  expect(notPriced).toEqual([
    { type: 'AWS::CloudWatch::Alarm', resources: ['query'] },
    { type: 'AWS::ElastiCache::CacheCluster', resources: ['cache'] },
    { type: 'AWS::RDS::DBInstance', resources: ['server'] },
  ]);
  expect(totalUsd).toBe(0);
});

test('what is free is counted with its reason', () => {
  const { free, notPriced } = bill({
    one: { Type: 'AWS::SQS::Queue', Properties: {} },
    other: { Type: 'AWS::SQS::Queue', Properties: {} },
    gateway: { Type: 'AWS::EC2::VPCEndpoint', Properties: { VpcEndpointType: 'Gateway' } },
  });
  expect(notPriced).toEqual([]);
  expect(free).toEqual([
    { type: 'AWS::EC2::VPCEndpoint', count: 1, reason: 'gateway endpoints cost nothing' },
    { type: 'AWS::SQS::Queue', count: 2, reason: 'charged by request' },
  ]);
});

test('a Lambda costs what its schedule, its rights and the queues make it do', () => {
  const queue = (RedrivePolicy?: object): Resource => ({
    Type: 'AWS::SQS::Queue',
    Properties: { RedrivePolicy },
  });
  const stack: Record<string, Resource> = {
    task: queue({ deadLetterTargetArn: get('dead') }),
    dead: queue(),
    undelivered: queue(),
    counter: {
      Type: 'AWS::Lambda::Function',
      Properties: { Role: get('role'), MemorySize: 1024, Architectures: ['arm64'] },
    },
    rule: {
      Type: 'AWS::Events::Rule',
      Properties: { ScheduleExpression: 'rate(1 minute)', Targets: [{ Arn: get('counter') }] },
    },
    role: { Type: 'AWS::IAM::Role', Properties: {} },
    policy: {
      Type: 'AWS::IAM::Policy',
      Properties: {
        Roles: [{ Ref: 'role' }],
        PolicyDocument: {
          Statement: [
            { Effect: 'Allow', Action: ['sqs:GetQueueAttributes'], Resource: '*' },
            { Effect: 'Allow', Action: 'cloudwatch:PutMetricData', Resource: '*' },
          ],
        },
      },
    },
  };
  const month = 43_800;
  expect(items(stack)).toMatchObject({
    'Lambda invocations (counter)': Number((month * 0.0000002).toFixed(4)),
    'Lambda duration (counter)': Number((month * 0.4 * 0.0000133334).toFixed(4)),
    'SQS requests (GetQueueAttributes)': Number((1.2 * month * 0.0000004).toFixed(4)),
    'CloudWatch requests (PutMetricData)': 0.438,
    'Custom metrics': 0.3,
  });
  const { policy: _withoutRights, ...rest } = stack;
  expect(Object.keys(items(rest))).not.toContain('Custom metrics');
  const { rule: _unused, ...asleep } = stack;
  expect(items(asleep)).toEqual({});
});

test('at rest the demand Lambda publishes just the metrics that are priced', async () => {
  const cloudWatch = mockClient(CloudWatchClient);
  await publishDemand(new CloudWatchClient({}), {
    ...{ deployment: 'test', now: new Date() },
    ...{ waiting: 0, deadLetters: 0, running: 0, needed: 0, demand: 0 },
  });
  const calls = cloudWatch.commandCalls(PutMetricDataCommand);
  expect(calls).toHaveLength(1);
  const published = calls[0]?.args[0].input.MetricData?.map(({ MetricName }) => MetricName);
  expect(published?.sort()).toEqual([...assumptions.demandMetrics].sort());
  cloudWatch.restore();
});

const service = (minimum: number | undefined): Record<string, Resource> => ({
  definition: {
    Type: 'AWS::ECS::TaskDefinition',
    Properties: { Cpu: '1024', Memory: '2048', RuntimePlatform: { CpuArchitecture: 'ARM64' } },
  },
  service: {
    Type: 'AWS::ECS::Service',
    Properties: {
      TaskDefinition: { Ref: 'definition' },
      NetworkConfiguration: { AwsvpcConfiguration: { AssignPublicIp: 'ENABLED' } },
    },
  },
  ...(minimum === undefined
    ? {}
    : {
        target: {
          Type: 'AWS::ApplicationAutoScaling::ScalableTarget',
          Properties: {
            MinCapacity: minimum,
            ResourceId: { 'Fn::Join': ['/', ['service', { 'Fn::GetAtt': ['service', 'Name'] }]] },
          },
        },
      }),
});

test('a service costs its smallest number of workers, with an address each', () => {
  expect(items(service(0))).toEqual({ 'Workers that never stop': 0 });
  const two = {
    'Fargate vCPU (arm64)': Number((2 * 730 * 0.03725).toFixed(4)),
    'Fargate memory (arm64)': Number((4 * 730 * 0.00409).toFixed(4)),
    'Public IPv4 of workers': 7.3,
  };
  expect(items(service(2))).toMatchObject(two);
  expect(bill(service(undefined)).totalUsd).toBeCloseTo(bill(service(2)).totalUsd / 2, 6);
});

test('a schedule that sends a message wakes a worker and the database, at most all month', () => {
  const stack = (ScheduleExpression: string): Record<string, Resource> => ({
    ...service(0),
    database: {
      Type: 'AWS::RDS::DBCluster',
      Properties: { ServerlessV2ScalingConfiguration: { MinCapacity: 0, SecondsUntilAutoPause: 300 } },
    },
    queue: { Type: 'AWS::SQS::Queue', Properties: {} },
    schedule: {
      Type: 'AWS::Scheduler::Schedule',
      Properties: { ScheduleExpression, Target: { Arn: get('queue') } },
    },
  });
  const daily = items(stack('cron(0 6 * * ? *)'));
  expect(daily['Aurora, woken by schedules']).toBeCloseTo((365 / 12) * (270 / 3600) * 0.14, 3);
  expect(daily['Aurora, capacity that never sleeps']).toBe(0);
  expect(items(stack('rate(1 minute)'))['Aurora, woken by schedules']).toBeCloseTo(730 * 0.14, 3);
});

test('schedules of the same minute wake one worker and the database once, and each its own task', () => {
  const stack = (...expressions: string[]): Record<string, Resource> => ({
    ...service(0),
    database: {
      Type: 'AWS::RDS::DBCluster',
      Properties: { ServerlessV2ScalingConfiguration: { MinCapacity: 0, SecondsUntilAutoPause: 300 } },
    },
    ...Object.fromEntries(
      expressions.flatMap((ScheduleExpression, index): [string, Resource][] => [
        [`queue${index}`, { Type: 'AWS::SQS::Queue', Properties: {} }],
        [
          `schedule${index}`,
          {
            Type: 'AWS::Scheduler::Schedule',
            Properties: { ScheduleExpression, Target: { Arn: get(`queue${index}`) } },
          },
        ],
      ]),
    ),
  });
  const [six, alsoSix, eight] = ['cron(0 6 * * ? *)', 'cron(0 6 ? * * *)', 'cron(0 8 * * ? *)'];
  const alone = items(stack(six));
  const together = items(stack(six, alsoSix));
  const apart = items(stack(six, eight));
  for (const item of ['Aurora, woken by schedules', 'Fargate vCPU (arm64)', 'Public IPv4 of workers']) {
    expect(together[item]).toBe(alone[item]);
    expect(apart[item]).toBeCloseTo(2 * (alone[item] ?? 0), 3);
  }
  const told = 'Custom metrics of scheduled work';
  expect(alone[told]).toBeCloseTo((6 / 24) * 0.3, 3);
  expect(together[told]).toBeCloseTo((9 / 24) * 0.3, 3);
  expect(apart[told]).toBeCloseTo((12 / 24) * 0.3, 3);
});

test('an Aurora that may not sleep is paid for all month', () => {
  const database = (MinCapacity: number, StorageType?: string): Record<string, Resource> => ({
    database: {
      Type: 'AWS::RDS::DBCluster',
      Properties: { ServerlessV2ScalingConfiguration: { MinCapacity }, StorageType },
    },
  });
  expect(bill(database(0.5)).totalUsd).toBeCloseTo(51.1, 6);
  expect(bill(database(0.5, 'aurora-iopt1')).totalUsd).toBeCloseTo(0.5 * 730 * 0.19, 6);
  expect(bill(database(0)).storagePerGigabyte.map(({ item }) => item)).toEqual(['Aurora storage']);
});

test('gateways and endpoints cost by the hour and the zone, parameters by their size', () => {
  const parameter = (Value: unknown): Resource => ({
    Type: 'AWS::SSM::Parameter',
    Properties: { Tier: 'Intelligent-Tiering', Value },
  });
  expect(
    items({
      nat: { Type: 'AWS::EC2::NatGateway' },
      address: { Type: 'AWS::EC2::EIP' },
      endpoint: {
        Type: 'AWS::EC2::VPCEndpoint',
        Properties: { VpcEndpointType: 'Interface', SubnetIds: ['a', 'b'] },
      },
      small: parameter({ 'Fn::Join': ['', ['x'.repeat(4000), { Ref: 'y' }]] }),
      large: parameter({ 'Fn::Join': ['', ['x'.repeat(4090), { Ref: 'y' }]] }),
    }),
  ).toEqual({
    'NAT gateways': 36.5,
    'Public IPv4 of NAT gateways': 3.65,
    'Interface endpoints': 16.06,
    'SSM parameters, advanced': 0.05,
  });
});
