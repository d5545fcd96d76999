import { CfnResource, TagManager } from 'aws-cdk-lib';
import { describe, expect, it } from 'vitest';
import { dev } from './dev.ts';
import { prod } from './prod.ts';

const list = <Value>(value: Value | Value[]) => (Array.isArray(value) ? value : [value]);

describe.each([dev, prod])('the whole stack $name', (deployed) => {
  const { template, environment, ofType, properties, only, statements, stack, name } = deployed;

  it('runs only the Lambdas of this project, on arm64, with logs that end', () => {
    const lambdas = properties('AWS::Lambda::Function');
    expect(lambdas.length).toBeGreaterThan(0);
    for (const lambda of lambdas) {
      expect(lambda.FunctionName).toMatch(new RegExp(`^${name}-`));
      expect(lambda.Architectures).toEqual(['arm64']);
      const logs = template.Resources[lambda.LoggingConfig.LogGroup.Ref]?.Properties;
      expect(logs.RetentionInDays).toBe(environment.logRetentionDays);
    }
    expect(Object.keys(template.Resources).filter((id) => id.includes('Custom'))).toEqual([]);
    expect(properties('AWS::Logs::LogGroup').every((group) => group.RetentionInDays > 0)).toBe(true);
  });

  it('counts every minute and repeats nothing that failed', () => {
    const ticks = properties('AWS::Events::Rule').filter(({ ScheduleExpression }) => ScheduleExpression);
    expect(ticks.map(({ ScheduleExpression }) => ScheduleExpression)).toContain('rate(1 minute)');
    for (const config of properties('AWS::Lambda::EventInvokeConfig')) {
      expect(config.MaximumRetryAttempts).toBe(0);
    }
  });

  it('has no NAT gateway and a database that nobody reaches from outside and that sleeps', () => {
    expect(ofType('AWS::EC2::NatGateway')).toEqual([]);
    expect(only('AWS::RDS::DBInstance').PubliclyAccessible).toBe(false);
    expect(only('AWS::RDS::DBCluster')).toMatchObject({
      StorageEncrypted: true,
      EnableIAMDatabaseAuthentication: true,
      ServerlessV2ScalingConfiguration: { MinCapacity: 0, SecondsUntilAutoPause: 300 },
    });
    expect(only('AWS::RDS::DBClusterParameterGroup').Parameters).toEqual({ 'rds.force_ssl': '1' });
  });

  it('leaves the number of workers to the demand, from zero', () => {
    expect(only('AWS::ECS::Service')).not.toHaveProperty('DesiredCount');
    expect(only('AWS::ApplicationAutoScaling::ScalableTarget').MinCapacity).toBe(0);
  });

  it('allows no wildcard action but the account on its own key', () => {
    const wild = statements()
      .filter(({ Effect }) => Effect === 'Allow')
      .flatMap(({ Action }) => list(Action))
      .filter((action: string) => action.includes('*'));
    expect(wild).toEqual([]);
    const keyActions = properties('AWS::KMS::Key').flatMap(({ KeyPolicy }) =>
      KeyPolicy.Statement.flatMap(({ Action }: { Action: string | string[] }) => list(Action)),
    );
    expect(keyActions.filter((action) => action.includes('*'))).toEqual(
      environment.encryption === 'customer-key' ? ['kms:*'] : [],
    );
  });

  it('allows every resource only for what AWS knows no narrower one', () => {
    const everywhere = statements().filter(
      ({ Effect, Resource, Principal }) => Effect === 'Allow' && !Principal && list(Resource).includes('*'),
    );
    const actions = everywhere.flatMap(({ Action }) => list(Action));
    for (const action of actions) {
      expect([
        'cloudwatch:GetMetricData',
        'cloudwatch:PutMetricData',
        'ecr:GetAuthorizationToken',
        'ecs:ListTasks',
        'guardduty:SendObjectMalwareScan',
      ]).toContain(action);
    }
    expect(ofType('AWS::IAM::Role').filter(([, role]) => role.Properties.ManagedPolicyArns)).toEqual([]);
  });

  it('tags everything that can be tagged with its deployment', () => {
    const taggable = stack.node.findAll().flatMap((one) => {
      const tags = CfnResource.isCfnResource(one) ? TagManager.of(one)?.renderTags() : undefined;
      return tags === undefined ? [] : [[one.node.path, JSON.stringify(stack.resolve(tags))] as const];
    });
    expect(taggable.length).toBeGreaterThan(20);
    expect(taggable.filter(([, tags]) => !tags.includes('slackwater:deployment'))).toEqual([]);
  });

  it('lets nobody in, but workers into the database', () => {
    const groups = properties('AWS::EC2::SecurityGroup');
    const inward = properties('AWS::EC2::SecurityGroupIngress');
    expect(groups.flatMap((group) => group.SecurityGroupIngress ?? [])).toEqual([]);
    expect(inward.map((rule) => rule.Description)).toEqual(['Workers']);
  });

  it('keeps data when its environment says so, and only then', () => {
    const policies = (type: string) => [
      ...new Set(ofType(type).map(([, { DeletionPolicy }]) => DeletionPolicy)),
    ];
    const kept = environment.retainData;
    expect(policies('AWS::S3::Bucket')).toEqual([kept ? 'RetainExceptOnCreate' : 'Delete']);
    expect(policies('AWS::Logs::LogGroup')).toEqual([kept ? 'RetainExceptOnCreate' : 'Delete']);
    expect(policies('AWS::RDS::DBCluster')).toEqual([kept ? 'Snapshot' : 'Delete']);
    expect(only('AWS::RDS::DBCluster').DeletionProtection).toBe(kept);
    expect(stack.terminationProtection ?? false).toBe(kept);
  });
});
