import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { startClock } from '../clock.ts';
import { createEicarScanner } from '../guardduty/malware-scanner.ts';
import { startServer } from '../server.ts';
import type { Template } from '../template/template.ts';
import { wireServices } from '../wire-services.ts';
import { provision } from './provision.ts';

const address = { host: '127.0.0.1', port: 5432, database: 'd', user: 'u', password: 'p' };
let stateDirectory: string;
const closing: (() => Promise<void>)[] = [];

beforeEach(async () => {
  stateDirectory = await mkdtemp(join(tmpdir(), 'slackwater-provision-'));
});
afterEach(async () => {
  for (const close of closing.splice(0).reverse()) await close();
  await rm(stateDirectory, { recursive: true });
});

async function give(template: Template) {
  let endpoint = '';
  const wired = await wireServices({
    stateDirectory,
    clock: startClock(600),
    endpoint: () => endpoint,
    scanner: createEicarScanner(),
    onEvent: () => {},
  });
  const server = await startServer({ port: 0, services: [wired.sqs] });
  endpoint = server.url;
  closing.push(wired.closeState, () => server.close(), wired.stopWork);
  const services = { ...wired, database: address };
  const provisioned = await provision({
    stack: { stackName: 'test', artifactId: 'test', template, assemblyDirectory: stateDirectory },
    services,
    stateDirectory,
    projectDirectory: stateDirectory,
    say: () => {},
  });
  closing.push(async () => provisioned.stop());
  return { provisioned, services };
}

const queues = {
  Dead: { Type: 'AWS::SQS::Queue', Properties: { QueueName: 'work-dead' } },
  Queue: {
    Type: 'AWS::SQS::Queue',
    Properties: {
      QueueName: 'work',
      VisibilityTimeout: 60,
      RedrivePolicy: { deadLetterTargetArn: { 'Fn::GetAtt': ['Dead', 'Arn'] }, maxReceiveCount: 3 },
    },
  },
};
const count = async ({ sqs }: Awaited<ReturnType<typeof give>>['services'], QueueUrl: unknown) => {
  const { Attributes } = await sqs.call<{ Attributes: Record<string, string> }>('GetQueueAttributes', {
    QueueUrl,
    AttributeNames: ['All'],
  });
  return Attributes;
};

describe('giving a template its local bodies', () => {
  it('makes queues with their settings, and changes them when the template does', async () => {
    const { provisioned, services } = await give({ Resources: queues });
    const url = provisioned.attributes('Queue')?.Ref;
    expect(await count(services, url)).toMatchObject({ VisibilityTimeout: '60' });
    expect(JSON.parse((await count(services, url)).RedrivePolicy ?? '')).toMatchObject({
      deadLetterTargetArn: 'arn:aws:sqs:eu-west-2:000000000000:work-dead',
    });
    await provision({
      stack: {
        stackName: 'test',
        artifactId: 'test',
        assemblyDirectory: stateDirectory,
        template: {
          Resources: {
            Queue: { Type: 'AWS::SQS::Queue', Properties: { QueueName: 'work', VisibilityTimeout: 90 } },
          },
        },
      },
      services,
      stateDirectory,
      projectDirectory: stateDirectory,
      say: () => {},
    });
    expect(await count(services, url)).toMatchObject({ VisibilityTimeout: '90' });
  });

  it('lets a rule with a clock deliver to its queue once everything stands', async () => {
    const { provisioned, services } = await give({
      Resources: {
        ...queues,
        Rule: {
          Type: 'AWS::Events::Rule',
          Properties: {
            ScheduleExpression: 'rate(1 minute)',
            Targets: [{ Id: 'T', Arn: { 'Fn::GetAtt': ['Queue', 'Arn'] } }],
          },
        },
      },
    });
    const url = provisioned.attributes('Queue')?.Ref;
    provisioned.start();
    await vi.waitFor(async () =>
      expect(Number((await count(services, url)).ApproximateNumberOfMessages)).toBeGreaterThan(0),
    );
  });

  it('generates a secret once, and writes the true address of the database into it', async () => {
    const template: Template = {
      Resources: {
        Secret: {
          Type: 'AWS::SecretsManager::Secret',
          Properties: {
            GenerateSecretString: { GenerateStringKey: 'password', SecretStringTemplate: '{"x":"y"}' },
          },
        },
        Database: {
          Type: 'AWS::RDS::DBCluster',
          Properties: {
            Engine: 'aurora-postgresql',
            MasterUserPassword: {
              'Fn::Join': [
                '',
                ['{{resolve:secretsmanager:', { Ref: 'Secret' }, ':SecretString:password::}}'],
              ],
            },
          },
        },
        Attachment: {
          Type: 'AWS::SecretsManager::SecretTargetAttachment',
          Properties: { SecretId: { Ref: 'Secret' }, TargetId: { Ref: 'Database' } },
        },
      },
      Outputs: { Host: { Value: { 'Fn::GetAtt': ['Database', 'Endpoint.Address'] } } },
    };
    const { provisioned, services } = await give(template);
    const arn = provisioned.attributes('Attachment')?.Ref ?? '';
    expect(JSON.parse(services.secrets.get(arn) ?? '')).toEqual({
      x: 'y',
      engine: 'postgres',
      host: '127.0.0.1',
      port: 5432,
      dbname: 'd',
      username: 'u',
      password: 'p',
    });
    expect(provisioned.outputs).toEqual({ Host: '127.0.0.1' });
  });

  it("keeps an operator's value of a parameter until the template's own changes", async () => {
    const template = (Value: string): Template => ({
      Resources: {
        Paused: { Type: 'AWS::SSM::Parameter', Properties: { Name: '/paused', Type: 'String', Value } },
      },
    });
    const value = async ({ services }: Awaited<ReturnType<typeof give>>) =>
      (await services.ssm.call<{ Parameter: { Value: string } }>('GetParameter', { Name: '/paused' }))
        .Parameter.Value;
    const first = await give(template('[]'));
    expect(await value(first)).toBe('[]');
    await first.services.ssm.call('PutParameter', { Name: '/paused', Value: '["x"]', Overwrite: true });
    expect(await value(await give(template('[]')))).toBe('["x"]');
    expect(await value(await give(template('["y"]')))).toBe('["y"]');
  });

  it('names what has no local body, leaves out what its condition excludes, and never ignores anything', async () => {
    const { provisioned } = await give({
      Conditions: { Never: { 'Fn::Equals': ['a', 'b'] } },
      Resources: {
        Role: { Type: 'AWS::IAM::Role' },
        New: { Type: 'AWS::Something::New', Properties: { Role: { 'Fn::GetAtt': ['Role', 'Arn'] } } },
        Gone: { Type: 'AWS::SQS::Queue', Condition: 'Never' },
        Dead: queues.Dead,
      },
      Outputs: { Role: { Value: { Ref: 'Role' } } },
    });
    expect([...provisioned.withoutBody]).toEqual([
      ['AWS::IAM::Role', ['Role']],
      ['AWS::Something::New', ['New']],
    ]);
    expect([...provisioned.withBody]).toEqual([['AWS::SQS::Queue', ['Dead']]]);
    expect(provisioned.outputs.Role).toContain('no-local-body');
  });

  it.each<[string, Template, RegExp]>([
    [
      'a policy that is no step scaling',
      {
        Resources: {
          Policy: {
            Type: 'AWS::ApplicationAutoScaling::ScalingPolicy',
            Properties: { PolicyName: 'p', PolicyType: 'TargetTrackingScaling', ScalingTargetId: 'x' },
          },
        },
      },
      /Policy \(AWS::ApplicationAutoScaling::ScalingPolicy\) has no local body: PolicyType: only step scaling/,
    ],
    [
      'an attribute that no queue has',
      { Resources: { Dead: queues.Dead }, Outputs: { X: { Value: { 'Fn::GetAtt': ['Dead', 'Color'] } } } },
      /Dead \(AWS::SQS::Queue\) has no local value for the attribute Color/,
    ],
    [
      'a service without a task definition',
      { Resources: { Service: { Type: 'AWS::ECS::Service', Properties: { TaskDefinition: 'none' } } } },
      /runs none, which has no container/,
    ],
  ])('refuses %s by name', async (_title, template, message) => {
    await expect(give(template)).rejects.toThrow(message);
  });
});
