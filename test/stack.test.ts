import { App, Stack } from 'aws-cdk-lib';
import { Template } from 'aws-cdk-lib/assertions';
import { describe, expect, it } from 'vitest';
import settings from '../cdk.json' with { type: 'json' };
import { dev } from '../lib/environment.ts';
import { RunDatabase } from '../lib/run-database.ts';
import { TaskFiles } from '../lib/task-files.ts';
import { WorkerNetwork } from '../lib/worker-network.ts';
import { envelopeSchema } from '../messages/envelope.ts';
import { tasks } from '../tasks/index.ts';
import { limits } from '../tasks/limits.ts';
import { deadLetterQueueName, scheduleName, taskQueueName } from '../tasks/names.ts';
import { readConfig } from '../worker/config.ts';
import { ofType, only, prefix, properties, type Resource, statements, template } from './stack-template.ts';

const container = () => only('AWS::ECS::TaskDefinition').ContainerDefinitions[0];
const list = <Value>(value: Value | Value[]) => (Array.isArray(value) ? value : [value]);

describe('queues', () => {
  const isDeadLetterQueue = (name: string) => name.endsWith('-dead-letter') || name.includes('-undelivered-');

  it('are two for every task of the catalogue, with what the house promises', () => {
    const byName = new Map(properties('AWS::SQS::Queue').map((queue) => [queue.QueueName, queue]));
    for (const { name } of tasks) {
      expect(byName.get(taskQueueName(prefix, name))).toMatchObject({
        VisibilityTimeout: limits.leaseSeconds,
        MessageRetentionPeriod: limits.queueRetentionSeconds,
        ReceiveMessageWaitTimeSeconds: 20,
        RedrivePolicy: { maxReceiveCount: 1000 },
      });
      const { MessageRetentionPeriod } = byName.get(deadLetterQueueName(prefix, name));
      expect(MessageRetentionPeriod).toBeGreaterThan(limits.queueRetentionSeconds);
    }
  });

  it('have each its dead-letter queue, unless they are one', () => {
    for (const queue of properties('AWS::SQS::Queue')) {
      expect(isDeadLetterQueue(queue.QueueName) || queue.RedrivePolicy !== undefined).toBe(true);
    }
  });

  it('are encrypted with a key that EventBridge can use, and refuse plain HTTP', () => {
    const policies = properties('AWS::SQS::QueuePolicy');
    for (const [id, { Properties: queue }] of ofType('AWS::SQS::Queue')) {
      expect(queue.SqsManagedSseEnabled).toBe(true);
      const own = policies.filter((policy) => policy.Queues.some((one: { Ref: string }) => one.Ref === id));
      expect(own.flatMap((policy) => policy.PolicyDocument.Statement)).toContainEqual(
        expect.objectContaining({
          Effect: 'Deny',
          Action: 'sqs:*',
          Condition: { Bool: { 'aws:SecureTransport': 'false' } },
        }),
      );
    }
  });
});

describe('schedules', () => {
  it('are those of the catalogue, in their time zones', () => {
    const made = properties('AWS::Scheduler::Schedule').map((one) => [
      one.Name,
      one.ScheduleExpression,
      one.ScheduleExpressionTimezone,
    ]);
    const defined = tasks.flatMap((task) =>
      task.schedules.map((one) => [scheduleName(prefix, one.name), one.expression, one.timeZone]),
    );
    expect(made).toEqual(defined);
  });

  it('send an envelope that its task accepts, whose id says when, and keep what cannot be delivered', () => {
    for (const { Target } of properties('AWS::Scheduler::Schedule')) {
      const sent = Target.Input.replaceAll('<aws.scheduler.scheduled-time>', '2026-11-22T06:00:00Z');
      const envelope = envelopeSchema.parse(JSON.parse(sent));
      const task = tasks.find(({ name }) => name === envelope.type);
      expect(task?.input.safeParse(envelope.data).success).toBe(true);
      expect(envelope.id).toMatch(/^[a-z-]+\/2026-11-22T06:00:00Z$/);
      expect(envelope.time).toBe('2026-11-22T06:00:00Z');
      expect(Target.DeadLetterConfig.Arn).toBeDefined();
    }
  });
});

describe('the intake', () => {
  const rule = () => properties('AWS::Events::Rule').find(({ EventPattern }) => EventPattern !== undefined);

  it('turns a verdict into an envelope, whatever the event leaves out', () => {
    const { InputPathsMap, InputTemplate } = rule().Targets[0].InputTransformer;
    expect(InputPathsMap).toEqual({ id: '$.id', time: '$.time', detail: '$.detail' });
    const event = { id: 'a"b', time: '2026-01-01T00:00:00Z', detail: { scanStatus: 'FAILED' } };
    const sent = InputTemplate.replace(/<(\w+)>/g, (_: string, name: keyof typeof event) =>
      JSON.stringify(event[name]),
    );
    expect(envelopeSchema.parse(JSON.parse(sent))).toMatchObject({
      id: 'a"b',
      type: 'virus-scan-result',
      data: { scanStatus: 'FAILED' },
    });
  });

  it('keeps verdicts that cannot be delivered, and wakes a worker for those that are', () => {
    const [queue, wake] = rule().Targets;
    expect(queue.DeadLetterConfig.Arn).toBeDefined();
    expect(wake.Arn['Fn::GetAtt'][0]).toBe(ofType('AWS::Lambda::Function')[0]?.[0]);
  });

  it('scans and tags what lies in quarantine, with events switched on by the bucket itself', () => {
    const plan = only('AWS::GuardDuty::MalwareProtectionPlan');
    const bucket = template.Resources[plan.ProtectedResource.S3Bucket.BucketName.Ref]?.Properties;
    expect(plan.Actions.Tagging.Status).toBe('ENABLED');
    expect(bucket.NotificationConfiguration.EventBridgeConfiguration.EventBridgeEnabled).toBe(true);
  });
});

describe('buckets', () => {
  it('are versioned, encrypted, never public, and refuse plain HTTP', () => {
    const policies = properties('AWS::S3::BucketPolicy');
    for (const [id, { Properties: bucket }] of ofType('AWS::S3::Bucket')) {
      expect(bucket.VersioningConfiguration.Status).toBe('Enabled');
      expect(bucket.BucketEncryption.ServerSideEncryptionConfiguration).toHaveLength(1);
      expect(Object.values(bucket.PublicAccessBlockConfiguration)).toEqual([true, true, true, true]);
      const own = policies.find((policy) => policy.Bucket.Ref === id);
      expect(own.PolicyDocument.Statement).toContainEqual(
        expect.objectContaining({ Effect: 'Deny', Action: 's3:*' }),
      );
    }
  });

  it('keep claim checks longer than their messages can wait', () => {
    const days = (limits.queueRetentionSeconds + limits.deadLetterRetentionSeconds) / 86_400;
    for (const bucket of properties('AWS::S3::Bucket')) {
      expect(bucket.LifecycleConfiguration.Rules[0].ExpirationInDays).toBeGreaterThan(days);
    }
  });
});

describe('workers', () => {
  it('are small arm64 containers that cannot write but to /tmp and have two minutes to stop', () => {
    expect(only('AWS::ECS::TaskDefinition').RuntimePlatform.CpuArchitecture).toBe('ARM64');
    expect(container()).toMatchObject({
      StopTimeout: 120,
      ReadonlyRootFilesystem: true,
      MountPoints: [{ ContainerPath: '/tmp', ReadOnly: false }],
    });
  });

  it('are started and stopped by the demand alone, not by a deployment', () => {
    const service = only('AWS::ECS::Service');
    expect(service).not.toHaveProperty('DesiredCount');
    expect(service.DeploymentConfiguration.DeploymentCircuitBreaker).toEqual({
      Enable: true,
      Rollback: true,
    });
  });

  it('come after the database that the first of them migrates', () => {
    const [, service] = ofType('AWS::ECS::Service')[0] ?? [];
    const [writer] = ofType('AWS::RDS::DBInstance')[0] ?? [];
    expect(service?.DependsOn).toContain(writer);
  });

  it('are given every variable that they ask for', () => {
    const url = 'https://sqs.eu-west-2.amazonaws.com/111122223333/queue';
    const queues = Object.fromEntries(
      tasks.map(({ name }) => [
        name,
        { url, arn: 'arn:aws:sqs:eu-west-2:111122223333:queue', deadLetterUrl: url },
      ]),
    );
    const given = Object.fromEntries(
      container().Environment.map(({ Name, Value }: { Name: string; Value: unknown }) => [
        Name,
        typeof Value === 'string' ? Value : Name === 'TASK_QUEUES' ? JSON.stringify(queues) : 'reference',
      ]),
    );
    for (const { Name } of container().Secrets) given[Name] = '{}';
    expect(() => readConfig(given)).not.toThrow();
  });

  it('can be reached by nobody', () => {
    const groups = properties('AWS::EC2::SecurityGroup');
    const inward = properties('AWS::EC2::SecurityGroupIngress');
    expect(groups.flatMap((group) => group.SecurityGroupIngress ?? [])).toEqual([]);
    expect(inward.map((rule) => rule.Description)).toEqual(['Workers']);
  });
});

describe('scaling', () => {
  const policies = () => properties('AWS::ApplicationAutoScaling::ScalingPolicy');
  const steps = (name: string) =>
    policies().find(({ PolicyName }) => PolicyName === name).StepScalingPolicyConfiguration;

  it('reaches from nobody to the maximum', () => {
    expect(only('AWS::ApplicationAutoScaling::ScalableTarget')).toMatchObject({
      MinCapacity: 0,
      MaxCapacity: dev.workers.maximum,
    });
  });

  it('sets exact numbers without a pause: the first step leaves zero, the last is the maximum', () => {
    const { StepAdjustments, ...rest } = steps('follow-demand');
    expect(rest).toEqual({ AdjustmentType: 'ExactCapacity', Cooldown: 0, MetricAggregationType: 'Maximum' });
    expect(StepAdjustments[0]).toMatchObject({ MetricIntervalLowerBound: 0, ScalingAdjustment: 1 });
    expect(StepAdjustments.at(-1)).not.toHaveProperty('MetricIntervalUpperBound');
    expect(StepAdjustments.at(-1).ScalingAdjustment).toBe(dev.workers.maximum);
    expect(dev.workers.maximum).toBeGreaterThan(20);
    expect(StepAdjustments.length).toBeLessThanOrEqual(20);
  });

  it('leaves no demand between two steps', () => {
    const { StepAdjustments } = steps('follow-demand');
    for (let index = 1; index < StepAdjustments.length; index += 1) {
      expect(StepAdjustments[index].MetricIntervalLowerBound).toBe(
        StepAdjustments[index - 1].MetricIntervalUpperBound,
      );
    }
  });

  it('stops the last worker at no demand, and only there', () => {
    expect(steps('stop-without-demand').StepAdjustments).toEqual([
      { MetricIntervalUpperBound: 0, ScalingAdjustment: 0 },
    ]);
  });

  it('follows one metric of this deployment and changes nothing when it is silent', () => {
    const alarms = properties('AWS::CloudWatch::Alarm').filter(
      ({ MetricName }) => MetricName === 'WorkerDemand',
    );
    expect(
      alarms.map(({ Threshold, ComparisonOperator, Period }) => [ComparisonOperator, Threshold, Period]),
    ).toEqual([
      ['GreaterThanOrEqualToThreshold', 1, 10],
      ['LessThanOrEqualToThreshold', 0, 60],
    ]);
    for (const alarm of alarms) {
      expect(alarm).toMatchObject({
        Namespace: 'Slackwater',
        Dimensions: [{ Name: 'Deployment', Value: prefix }],
        Statistic: 'Maximum',
        EvaluationPeriods: 1,
        TreatMissingData: 'ignore',
      });
      expect(alarm.AlarmActions).toHaveLength(1);
    }
  });
});

describe('the whole stack', () => {
  it('runs only the Lambdas of this project, on arm64, with logs that end', () => {
    const lambdas = properties('AWS::Lambda::Function');
    expect(lambdas.map(({ Environment }) => Environment.Variables.DEMAND_TASKS !== undefined)).toEqual([
      true,
    ]);
    for (const lambda of lambdas) {
      expect(lambda.Architectures).toEqual(['arm64']);
      const logs = template.Resources[lambda.LoggingConfig.LogGroup.Ref]?.Properties;
      expect(logs.RetentionInDays).toBe(dev.logRetentionDays);
    }
    expect(Object.keys(template.Resources).filter((id) => id.includes('Custom'))).toEqual([]);
    expect(properties('AWS::Logs::LogGroup').every((group) => group.RetentionInDays > 0)).toBe(true);
  });

  it('counts every minute and repeats nothing that failed', () => {
    const tick = properties('AWS::Events::Rule').find(({ ScheduleExpression }) => ScheduleExpression);
    expect(tick.ScheduleExpression).toBe('rate(1 minute)');
    expect(only('AWS::Lambda::EventInvokeConfig').MaximumRetryAttempts).toBe(0);
  });

  it('has no NAT gateway and a database that nobody reaches from outside and that sleeps', () => {
    expect(ofType('AWS::EC2::NatGateway')).toEqual([]);
    expect(only('AWS::RDS::DBInstance').PubliclyAccessible).toBe(false);
    expect(only('AWS::RDS::DBCluster')).toMatchObject({
      StorageEncrypted: true,
      ServerlessV2ScalingConfiguration: { MinCapacity: 0, SecondsUntilAutoPause: 300 },
    });
    expect(only('AWS::RDS::DBClusterParameterGroup').Parameters).toEqual({ 'rds.force_ssl': '1' });
  });

  it('allows no wildcard action, and every resource only where AWS knows no narrower one', () => {
    const allowed = statements().filter(({ Effect }) => Effect === 'Allow');
    expect(
      allowed.flatMap(({ Action }) => list(Action)).filter((action: string) => action.includes('*')),
    ).toEqual([]);
    const everywhere = allowed.filter(({ Resource }) => list(Resource).includes('*'));
    expect(everywhere.flatMap(({ Action }) => list(Action)).sort()).toEqual([
      'cloudwatch:GetMetricData',
      'cloudwatch:PutMetricData',
      'ecr:GetAuthorizationToken',
      'ecs:ListTasks',
      'guardduty:SendObjectMalwareScan',
    ]);
    expect(ofType('AWS::IAM::Role').filter(([, role]) => role.Properties.ManagedPolicyArns)).toEqual([]);
  });

  it('tags everything that can be tagged with its deployment', () => {
    for (const type of ['AWS::SQS::Queue', 'AWS::S3::Bucket', 'AWS::ECS::Service', 'AWS::RDS::DBCluster']) {
      for (const { Tags } of properties(type)) {
        expect(Tags).toContainEqual({ Key: 'slackwater:deployment', Value: prefix });
      }
    }
  });

  it('keeps data when its environment says so', () => {
    const environment = { ...dev, retainData: true };
    const kept = new Stack(new App({ context: settings.context }), 'kept');
    new TaskFiles(kept, 'Files', { environment });
    new RunDatabase(kept, 'Database', { environment, network: new WorkerNetwork(kept, 'Network') });
    const resources: Resource[] = Object.values(Template.fromStack(kept).toJSON().Resources);
    const policies = (type: string) =>
      resources.filter(({ Type }) => Type === type).map(({ DeletionPolicy }) => DeletionPolicy);
    expect(policies('AWS::S3::Bucket')).toEqual(['RetainExceptOnCreate', 'RetainExceptOnCreate']);
    expect(policies('AWS::RDS::DBCluster')).toEqual(['Snapshot']);
    expect(ofType('AWS::S3::Bucket').map(([, bucket]) => bucket.DeletionPolicy)).not.toContain(
      'RetainExceptOnCreate',
    );
  });
});
