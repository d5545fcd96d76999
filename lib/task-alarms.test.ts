import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { compilePattern } from '../local/eventbridge/pattern.ts';
import { tasks } from '../tasks/index.ts';
import { metricKey, rings, type Told } from '../test/alarms/play-metrics.ts';
import { synthesizedAlarms } from '../test/alarms/synthesized-alarms.ts';
import { synthesize } from '../test/stack/template.ts';
import { runbookSections } from './alarms/alarm-rule.ts';
import { connectionsAtMost } from './alarms/database-rules.ts';
import { dev as devEnvironment, prod as prodEnvironment, type SlackwaterEnvironment } from './environment.ts';

/** With an image that exists already: to bundle one would only take time. */
function deployed({ workers, ...environment }: SlackwaterEnvironment) {
  const image = 'public.ecr.aws/docker/library/node:24';
  const stack = synthesize({ ...environment, workers: { ...workers, image } });
  return { ...stack, alarms: synthesizedAlarms(stack.template, stack.name) };
}
const dev = deployed(devEnvironment);
const prod = deployed(prodEnvironment);
const deployments = { dev, prod };
const { name: deployment } = deployments.prod;

// Metrics as AWS, workers and Lambdas tell them, for the deployment of `prod` unless said otherwise.
const own = (name: string, of = deployment) => metricKey('Slackwater', name, { Deployment: of });
const queue = (name: string, metric: string, of = deployment) =>
  metricKey('AWS/SQS', metric, { QueueName: `${of}-${name}` });
const lambda = (name: string, of = deployment) =>
  metricKey('AWS/Lambda', 'Errors', { FunctionName: `${of}-${name}` });
const failures = (of = deployment) =>
  metricKey('AWS/Events', 'TriggeredRules', { RuleName: `${of}-worker-failed` });
const databaseId = prod.ofType('AWS::RDS::DBCluster')[0]?.[0] ?? '';
const database = (metric: string) => metricKey('AWS/RDS', metric, { DBClusterIdentifier: databaseId });

const queueNames = tasks.flatMap(({ name }) => [name, `${name}-dead-letter`]);
const always = (value: number) => () => value;
/** Dead letters as the Lambda tells them: every fifth minute, and only while there are any. */
const counted = (dead: (minute: number) => number) => (minute: number) =>
  minute % 5 === 0 && dead(minute) > 0 ? dead(minute) : undefined;
const from = (start: number, value: number | number[]) => (minute: number) =>
  minute >= start ? value : undefined;

/** Nothing happens: the Lambda tells no demand, and SQS and the database say nothing, or that there is nothing. */
function idle(of = deployment, sqs: 'silent' | 'zeros' = 'silent'): Told {
  const zeros = [
    own('WorkerDemand', of),
    ...['worker-demand', 'upload-watch'].map((name) => lambda(name, of)),
    ...(sqs === 'zeros'
      ? [...queueNames, 'undelivered-schedules', 'undelivered-verdicts'].flatMap((name) =>
          [
            'ApproximateNumberOfMessagesVisible',
            'ApproximateNumberOfMessagesNotVisible',
            'ApproximateAgeOfOldestMessage',
            'NumberOfMessagesDeleted',
          ].map((metric) => queue(name, metric, of)),
        )
      : []),
    ...(sqs === 'zeros' ? [database('ACUUtilization'), database('DatabaseConnections')] : []),
  ];
  return Object.fromEntries(zeros.map((key) => [key, always(0)]));
}

/** What rings in `prod` when this comes on top of an idle deployment. */
const ringing = (told: Told, minutes = 90) =>
  rings(deployments.prod.alarms, { ...idle(), ...told }, { minutes });

describe('an idle deployment', () => {
  it.each([
    ['dev', 'silent'],
    ['dev', 'zeros'],
    ['prod', 'silent'],
    ['prod', 'zeros'],
  ] as const)('of %s is quiet, and every alarm knows it, while SQS tells %s', (name, sqs) => {
    const { alarms, name: of } = deployments[name];
    expect(rings(alarms, idle(of, sqs), { minutes: 120 })).toEqual({});
  });
});

describe('a busy deployment', () => {
  it('is quiet while everything goes as it should, also with attempts of an hour', () => {
    const busy: Told = {
      [own('WorkerDemand')]: always(3),
      [own('WorkersNeeded')]: always(3),
      [own('MessagesWaiting')]: always(20),
      [own('WorkersHeld')]: (minute) => (minute < 3 ? undefined : [0.5, 0.8, 1]),
      [own('UploadsWithoutVerdict')]: (minute) => (minute % 15 === 0 ? 0 : undefined),
      [queue('property-upload', 'ApproximateAgeOfOldestMessage')]: (minute) => 60 * minute,
      [queue('property-upload', 'ApproximateNumberOfMessagesNotVisible')]: always(4),
      [queue('property-report', 'ApproximateAgeOfOldestMessage')]: always(200),
      [queue('property-report', 'NumberOfMessagesDeleted')]: always(3),
      [database('ACUUtilization')]: always(60),
      [database('DatabaseConnections')]: always(66),
    };
    expect(Object.keys(ringing(busy, 180))).toEqual([]);
  });
});

const after = (minute: number) => [expect.closeTo(minute, 0)];

describe('an alarm rings', () => {
  it('for dead letters, once, and again at every growth, and not because somebody looks at them', () => {
    // Two die at minute 20, one more at 60; somebody hides them for a minute at 45, when they are counted.
    const dead = (minute: number) => (minute < 20 || minute === 45 ? 0 : minute < 60 ? 2 : 3);
    const rang = ringing({
      [own('DeadLetters')]: counted(dead),
      [queue('property-upload-dead-letter', 'ApproximateNumberOfMessagesVisible')]: (minute) =>
        minute < 20 ? undefined : dead(minute),
    });
    expect(rang).toEqual({
      'dead-letters': [20],
      'property-upload-dead-letters-grew': [20, 60],
    });
  });

  it('for dead letters of any task, where tasks have no alarms of their own', () => {
    const { alarms, name: of } = deployments.dev;
    const dead = (minute: number) => (minute < 20 ? 0 : minute < 60 ? 2 : 3);
    expect(rings(alarms, { ...idle(of), [own('DeadLetters', of)]: counted(dead) }, { minutes: 90 })).toEqual({
      'dead-letters': [20],
      'dead-letters-grew': [20, 60],
    });
  });

  it('for a queue on which messages grow old and nobody takes one', () => {
    const rang = ringing({
      [queue('virus-scan-result', 'ApproximateAgeOfOldestMessage')]: (minute) => 60 * minute,
    });
    // 60 s of objective and a quarter of an hour, seen in two periods of five minutes.
    expect(rang).toEqual({ 'virus-scan-result-stalled': [expect.any(Number)] });
    expect(rang['virus-scan-result-stalled']?.[0]).toBeLessThan(30);
  });

  it('for a queue on which something has been in hand for longer than SQS can hide it, and nothing is done', () => {
    const old = {
      [queue('property-report', 'ApproximateAgeOfOldestMessage')]: always(44_000),
      [queue('property-report', 'ApproximateNumberOfMessagesNotVisible')]: always(1),
    };
    expect(Object.keys(ringing(old))).toEqual(['property-report-stalled']);
    const progress = { [queue('property-report', 'NumberOfMessagesDeleted')]: always(1) };
    expect(Object.keys(ringing({ ...old, ...progress }))).toEqual([]);
  });

  it('for messages that wait although workers run, where tasks have no alarms of their own', () => {
    const { alarms, name: of } = deployments.dev;
    const waiting = {
      ...idle(of),
      [own('MessagesWaiting', of)]: always(1),
      [own('WorkerDemand', of)]: always(1),
    };
    const hands = (held: number) => ({ ...waiting, [own('WorkersHeld', of)]: always(held) });
    expect(Object.keys(rings(alarms, hands(0), { minutes: 60 }))).toContain('stalled');
    expect(Object.keys(rings(alarms, hands(0.01), { minutes: 60 }))).toEqual([]);
  });

  it('for work but no worker, and not while one takes its time to start', () => {
    const asked = { [own('WorkerDemand')]: from(10, 1), [own('WorkersNeeded')]: from(10, 1) };
    expect(ringing({ ...asked, [own('WorkerDemand')]: (minute) => (minute < 10 ? 0 : 1) })).toEqual({
      'work-without-worker': [expect.any(Number)],
    });
    const slow = {
      [own('WorkerDemand')]: (minute: number) => (minute < 10 ? 0 : 1),
      [own('WorkersHeld')]: from(16, 0.5),
    };
    expect(ringing(slow)).toEqual({});
  });

  it('for a maximum at which messages come late, and not for a short flood', () => {
    const needed = (until: number) => ({
      [own('WorkersNeeded')]: (minute: number) => (minute < until ? 201 : 20),
      [own('WorkerDemand')]: always(200),
      [own('WorkersHeld')]: always(0.9),
    });
    expect(Object.keys(ringing(needed(90)))).toEqual(['at-maximum-while-late']);
    expect(Object.keys(ringing(needed(10)))).toEqual([]);
  });

  it('for a demand that nobody tells any more, soon, and once', () => {
    const told = (minute: number) => (minute < 30 || minute >= 60 ? 0 : undefined);
    const rang = ringing({ [own('WorkerDemand')]: told });
    expect(rang).toEqual({ 'demand-silent': [expect.any(Number)] });
    expect(rang['demand-silent']?.[0]).toBeLessThanOrEqual(37);
  });

  it.each(['schedule', 'verdict'])('for a %s that could not be delivered, until it is taken away', (what) => {
    const lies = { [queue(`undelivered-${what}s`, 'ApproximateNumberOfMessagesVisible')]: from(30, 1) };
    expect(ringing(lies)).toEqual({ [`${what}-undelivered`]: after(30) });
  });

  it('for a worker that fails, and louder for one after the other', () => {
    expect(ringing({ [failures()]: (minute) => (minute === 30 ? 1 : undefined) })).toEqual({
      'worker-failed': after(30),
    });
    expect(Object.keys(ringing({ [failures()]: (minute) => (minute % 8 === 0 ? 1 : undefined) }))).toEqual(
      expect.arrayContaining(['worker-failed', 'workers-keep-failing']),
    );
  });

  it('for an upload that nobody scanned', () => {
    const found = {
      [own('UploadsWithoutVerdict')]: (minute: number) => (minute >= 30 && minute % 15 === 0 ? 1 : undefined),
    };
    expect(ringing(found)).toEqual({ 'upload-without-verdict': after(30) });
  });

  it.each(['worker-demand', 'upload-watch'])('for an error of the Lambda %s', (name) => {
    const failing = { [lambda(name)]: (minute: number) => (minute === 30 ? 1 : 0) };
    expect(ringing(failing)).toEqual({ [`${name}-fails`]: after(30) });
  });

  it('for a database at its largest size, and for one whose connections run out', () => {
    expect(Object.keys(ringing({ [database('ACUUtilization')]: from(30, 97) }))).toContain(
      'database-capacity',
    );
    expect(ringing({ [database('ACUUtilization')]: (minute) => (minute < 8 ? 97 : 40) })).toEqual({});
    expect(ringing({ [database('DatabaseConnections')]: from(30, 1_700) })).toEqual({
      'database-connections': after(30),
    });
  });
});

describe('the events of the alarms', () => {
  const patternOf = (description: string) => {
    const rule = prod.properties('AWS::Events::Rule').find(({ Description }) => Description === description);
    return rule.EventPattern as { detail: Record<string, unknown> };
  };
  const stopped = {
    source: 'aws.ecs',
    'detail-type': 'ECS Task State Change',
    detail: {
      clusterArn: 'the cluster',
      group: 'service:the service',
      lastStatus: 'STOPPED',
      stopCode: 'EssentialContainerExited',
      containers: [{ name: 'worker', exitCode: 1 }],
    },
  };
  const matches = () => {
    const { detail, ...pattern } = patternOf('Workers that ended with an error or could not start');
    return compilePattern({
      ...pattern,
      detail: { ...detail, clusterArn: ['the cluster'], group: ['service:the service'] },
    });
  };
  const withDetail = (detail: object) => ({ ...stopped, detail: { ...stopped.detail, ...detail } });

  it.each([
    ['an error', {}, true],
    ['a kill', { containers: [{ exitCode: 137 }] }, true],
    [
      'an image that cannot be pulled',
      { stopCode: 'TaskFailedToStart', containers: [{ name: 'worker' }] },
      true,
    ],
    ['an orderly end', { stopCode: 'ServiceSchedulerInitiated', containers: [{ exitCode: 0 }] }, false],
    ['what Spot took back', { stopCode: 'SpotInterruption', containers: [{ exitCode: 137 }] }, false],
    ['a worker that still stops', { lastStatus: 'STOPPING' }, false],
    ['another service', { group: 'service:other' }, false],
  ])('tell a failed worker: %s', (_what, detail, expected) => {
    expect(matches()(withDetail(detail))).toBe(expected);
  });

  it('tell a scan action that failed on a file of this quarantine', () => {
    const { detail, ...pattern } = patternOf('Files that GuardDuty scanned but could not tag');
    expect(detail).toHaveProperty('s3ObjectDetails.bucketName.0');
    const fits = compilePattern({ ...pattern, detail: { s3ObjectDetails: { bucketName: ['quarantine'] } } });
    const event = (bucketName: string) => ({
      source: 'aws.guardduty',
      'detail-type': 'GuardDuty Malware Protection Post Scan Action Failed',
      detail: { s3ObjectDetails: { bucketName }, postScanActions: [{ failureReason: 'ACCESS_DENIED' }] },
    });
    expect([fits(event('quarantine')), fits(event('another'))]).toEqual([true, false]);
  });
});

describe('every alarm', () => {
  const all = Object.values(deployments).flatMap(({ alarms }) => alarms);
  const runbook = readFileSync(new URL('../docs/runbook.md', import.meta.url), 'utf8');
  const anchors = [...runbook.matchAll(/^## (.+)$/gm)].map(([, heading = '']) =>
    heading
      .toLowerCase()
      .replaceAll(/[^a-z0-9 -]/g, '')
      .replaceAll(' ', '-'),
  );

  it.each(['dev', 'prod'] as const)('of %s can ring', (name) => {
    const { alarms, name: of } = deployments[name];
    const grows = (minute: number) => minute;
    const everythingFails: Told = {
      ...idle(of),
      [own('WorkersNeeded', of)]: always(1000),
      [own('WorkerDemand', of)]: always(1000),
      [own('DeadLetters', of)]: counted(grows),
      [own('UploadsWithoutVerdict', of)]: always(1),
      [failures(of)]: always(1),
      [lambda('worker-demand', of)]: always(1),
      [lambda('upload-watch', of)]: always(1),
      [database('ACUUtilization')]: always(100),
      [database('DatabaseConnections')]: always(2000),
      ...Object.fromEntries(
        [...queueNames, 'undelivered-schedules', 'undelivered-verdicts'].flatMap((one) => [
          [queue(one, 'ApproximateNumberOfMessagesVisible', of), grows],
          [queue(one, 'ApproximateAgeOfOldestMessage', of), always(86_400)],
        ]),
      ),
    };
    const onlyIdleWorkers = { [own('MessagesWaiting', of)]: always(5), [own('WorkersHeld', of)]: always(0) };
    const rang = [everythingFails, onlyIdleWorkers].flatMap((told) =>
      Object.keys(rings(alarms, told, { minutes: 30, mayStayUnsure: true })),
    );
    expect(new Set(rang)).toEqual(new Set(alarms.map((alarm) => alarm.name)));
  });

  it('tells one of the two topics', () => {
    for (const { properties } of all) expect(properties.AlarmActions).toHaveLength(1);
  });

  it('leads to a section of the runbook that exists', () => {
    for (const { description } of all) {
      expect(anchors).toContain(/ docs\/runbook\.md#([a-z-]+)$/.exec(description)?.[1]);
    }
    expect(anchors).toEqual(expect.arrayContaining([...runbookSections]));
  });

  it('is looked at often enough: no evaluation is longer than the day that CloudWatch allows', () => {
    for (const { properties } of all) {
      const period =
        properties.Period ?? properties.Metrics?.find((one) => one.MetricStat)?.MetricStat?.Period ?? 0;
      expect(period * properties.EvaluationPeriods).toBeLessThanOrEqual(86_400);
      expect(properties.DatapointsToAlarm ?? 1).toBeLessThanOrEqual(properties.EvaluationPeriods);
    }
  });

  it('costs little: each metric of an alarm is 0.10 dollars a month', () => {
    const metricsOf = ({ alarms }: (typeof deployments)['dev']) =>
      alarms.reduce(
        (sum, { properties }) => sum + (properties.Metrics?.filter((one) => one.MetricStat).length ?? 1),
        0,
      );
    expect(metricsOf(deployments.dev)).toBeLessThanOrEqual(18);
    expect(metricsOf(deployments.prod)).toBeLessThanOrEqual(14 + 4 * tasks.length);
  });
});

describe('the topics', () => {
  it('are made encrypted where there is a key, and refuse plain HTTP', () => {
    const topics = prod.properties('AWS::SNS::Topic');
    expect(topics.map(({ TopicName }) => TopicName)).toEqual([
      `${deployment}-alarms-critical`,
      `${deployment}-alarms-other`,
    ]);
    for (const topic of topics) expect(topic.KmsMasterKeyId).toBeDefined();
    for (const { PolicyDocument } of [
      ...prod.properties('AWS::SNS::TopicPolicy'),
      ...dev.properties('AWS::SNS::TopicPolicy'),
    ]) {
      expect((PolicyDocument as { Statement: object[] }).Statement).toContainEqual(
        expect.objectContaining({ Effect: 'Deny', Condition: { Bool: { 'aws:SecureTransport': 'false' } } }),
      );
    }
  });

  it('may be used by CloudWatch and EventBridge, key included', () => {
    expect(JSON.stringify(prod.only('AWS::KMS::Key').KeyPolicy)).toContain('cloudwatch.amazonaws.com');
    for (const { PolicyDocument } of prod.properties('AWS::SNS::TopicPolicy')) {
      const text = JSON.stringify(PolicyDocument);
      expect(text).toContain('cloudwatch.amazonaws.com');
      expect(text).toContain('events.amazonaws.com');
    }
  });

  it('that exist already are used as they are', () => {
    const arn = (name: string) => `arn:aws:sns:eu-west-2:123456789012:${name}`;
    const { environment } = dev;
    const { ofType, alarms } = deployed({
      ...environment,
      alarms: { ...environment.alarms, criticalTopicArn: arn('night'), otherTopicArn: arn('morning') },
    });
    expect(ofType('AWS::SNS::Topic')).toEqual([]);
    const told = Object.fromEntries(alarms.map(({ name, properties }) => [name, properties.AlarmActions]));
    expect(told).toMatchObject({ 'demand-silent': [arn('night')], 'dead-letters': [arn('morning')] });
  });
});

it('connections are those of Aurora: by size, and no more than 2,000 for one that may pause', () => {
  expect([1, 4, 8, 16, 64].map(connectionsAtMost)).toEqual([189, 822, 1666, 2000, 2000]);
});
