import { describe, expect, it } from 'vitest';
import { checkEnvironment } from '../../lib/check-environment.ts';
import { prod as prodEnvironment } from '../../lib/environment.ts';
import { tasks } from '../../tasks/index.ts';
import { prod } from './prod.ts';
import { synthesize } from './template.ts';

const list = <Value>(value: Value | Value[]) => (Array.isArray(value) ? value : [value]);

function policyOf({ ofType }: Pick<typeof prod, 'ofType'>) {
  const [, policy] = ofType('AWS::IAM::ManagedPolicy').find(([id]) => id.startsWith('WebApplication')) ?? [];
  if (!policy) throw new Error('There is no policy for the web application');
  return policy.Properties;
}
const statementFor = (action: string) =>
  policyOf(prod).PolicyDocument.Statement.filter(({ Action }: { Action: string | string[] }) =>
    list(Action).includes(action),
  );

const roleOfOneTimeSchedules = () => {
  const [id = ''] = prod.ofType('AWS::IAM::Role').find(([id]) => id.startsWith('OneTimeSchedules')) ?? [];
  return id;
};

const runUrl = 'https://app.example.com/runs/{runId}';
const named = synthesize({ ...prodEnvironment, webApplication: { roleName: 'webapp', runUrl } });

describe("the web application's policy", () => {
  it('allows to send now or later, upload, read status and reports, and nothing else', () => {
    const actions = policyOf(prod).PolicyDocument.Statement.flatMap(
      ({ Action }: { Action: string | string[] }) => list(Action),
    );
    expect([...new Set(actions)].sort()).toEqual([
      'iam:PassRole',
      'kms:Decrypt',
      'kms:GenerateDataKey',
      'rds-db:connect',
      's3:GetObject',
      's3:GetObjectVersion',
      's3:PutObject',
      'scheduler:CreateSchedule',
      'scheduler:DeleteSchedule',
      'sqs:SendMessage',
      'ssm:GetParameter',
    ]);
  });

  it('lets it send every task but verdicts, for a forged one would pass a file on unscanned', () => {
    const [{ Resource }] = statementFor('sqs:SendMessage');
    const queues = list(Resource).map((one) => {
      const { Properties } = prod.template.Resources[one['Fn::GetAtt'][0]] ?? {};
      return Properties.QueueName;
    });
    expect(queues.sort()).toEqual(
      tasks
        .filter(({ name }) => name !== 'virus-scan-result')
        .map(({ name }) => `slackwater-prod-${name}`)
        .sort(),
    );
  });

  it('lets it write uploads and claim checks, and read neither', () => {
    const resources = statementFor('s3:PutObject').flatMap(({ Resource }: { Resource: unknown }) =>
      list(Resource),
    );
    const ends = resources.map((one: { 'Fn::Join': [string, unknown[]] }) => one['Fn::Join'][1].at(-1));
    expect(ends.sort()).toEqual(['/claim-checks/*', '/uploads/*']);
  });

  it('lets it read reports, for the links that it signs, and no upload', () => {
    const [{ Resource }] = statementFor('s3:GetObject');
    expect(JSON.stringify(Resource)).toMatch(/FilesReports/);
    expect(JSON.stringify(Resource)).not.toMatch(/Quarantine|Clean/);
  });

  it('lets it schedule single messages in a group without other schedules, and pass one role to Scheduler alone', () => {
    const [{ Resource }] = statementFor('scheduler:CreateSchedule');
    expect(JSON.stringify(Resource)).toContain(':schedule/slackwater-prod-one-time/*');
    const catalogued = prod.properties('AWS::Scheduler::Schedule').map(({ GroupName }) => GroupName);
    const groups = prod.ofType('AWS::Scheduler::ScheduleGroup');
    const [groupId] =
      groups.find(([, { Properties }]) => Properties.Name === 'slackwater-prod-one-time') ?? [];
    expect(catalogued).not.toContainEqual({ Ref: groupId });
    const [pass] = statementFor('iam:PassRole');
    expect(pass.Condition).toEqual({ StringEquals: { 'iam:PassedToService': 'scheduler.amazonaws.com' } });
    expect(pass.Resource).toEqual({ 'Fn::GetAtt': [roleOfOneTimeSchedules(), 'Arn'] });
  });

  it('cannot send by a schedule what it cannot send itself, nor pass the role to anything but its group', () => {
    const id = roleOfOneTimeSchedules();
    const { AssumeRolePolicyDocument } = prod.template.Resources[id]?.Properties ?? {};
    const [trust] = AssumeRolePolicyDocument.Statement;
    expect(trust.Condition.ArnEquals['aws:SourceArn']['Fn::GetAtt'][0]).toMatch(/^OneTimeSchedulesGroup/);
    const policy = prod
      .properties('AWS::IAM::Policy')
      .find(({ Roles }) => JSON.stringify(Roles).includes(`"${id}"`));
    const queues = policy.PolicyDocument.Statement.filter(({ Action }: { Action: string | string[] }) =>
      list(Action).includes('sqs:SendMessage'),
    )
      .flatMap(({ Resource }: { Resource: unknown }) => list(Resource))
      .map(
        (one: { 'Fn::GetAtt': [string] }) =>
          prod.template.Resources[one['Fn::GetAtt'][0]]?.Properties.QueueName,
      );
    const sendable = tasks.filter(({ name }) => name !== 'virus-scan-result');
    expect(queues.sort()).toEqual(
      sendable
        .flatMap(({ name }) => [`slackwater-prod-${name}`, `slackwater-prod-${name}-dead-letter`])
        .sort(),
    );
  });

  it('lets it log into the database as its own user, with a token of IAM', () => {
    expect(JSON.stringify(statementFor('rds-db:connect'))).toContain('/slackwater_webapp');
  });

  it('is an output, and hangs on the role that the environment names', () => {
    expect(prod.template.Outputs).toHaveProperty('WebApplicationPolicy');
    expect(policyOf(prod).Roles).toBeUndefined();
    expect(policyOf(named).Roles).toEqual(['webapp']);
  });

  it('is where notices to people lead, if the environment names its page on a run', () => {
    const [container] = named.only('AWS::ECS::TaskDefinition').ContainerDefinitions;
    expect(container.Environment).toContainEqual({ Name: 'RUN_URL', Value: runUrl });
    const [other] = prod.only('AWS::ECS::TaskDefinition').ContainerDefinitions;
    expect(other.Environment.map(({ Name }: { Name: string }) => Name)).not.toContain('RUN_URL');
    const environment = { ...prodEnvironment, webApplication: { runUrl: 'https://app.example.com/runs' } };
    expect(() => checkEnvironment(environment)).toThrow(
      /webApplication.runUrl: use an address with \{runId\}/,
    );
  });
});

describe('what a web application has to know', () => {
  it('stands in one parameter, and each thing in an output', () => {
    const connection = prod
      .properties('AWS::SSM::Parameter')
      .find(({ Name }) => Name === '/slackwater-prod/connection');
    for (const key of [
      'queues',
      'quarantineBucket',
      'reportsBucket',
      'claimCheckBucket',
      'schedules',
      'databaseSecret',
    ]) {
      expect(JSON.stringify(connection.Value)).toContain(key);
    }
    expect(Object.keys(prod.template.Outputs)).toEqual(
      expect.arrayContaining([
        'ConnectionParameter',
        'PropertyUploadQueue',
        'QuarantineBucket',
        'DatabaseSecret',
      ]),
    );
  });
});

describe('reply destinations', () => {
  const arn = 'arn:aws:sqs:eu-west-2:111122223333:webapp-outcomes';
  const replying = synthesize({ ...prodEnvironment, replyDestinations: [arn] });

  it('are the only other queues to which workers may send, and known to them by URL', () => {
    const sends = replying
      .statements()
      .filter(({ Action }) => list(Action).includes('sqs:SendMessage'))
      .flatMap(({ Resource }) => list(Resource));
    expect(sends.filter((one) => typeof one === 'string')).toEqual([arn]);
    const [container] = replying.only('AWS::ECS::TaskDefinition').ContainerDefinitions;
    expect(container.Environment).toContainEqual({
      Name: 'REPLY_DESTINATIONS',
      Value: '["https://sqs.eu-west-2.amazonaws.com/111122223333/webapp-outcomes"]',
    });
  });

  it('let the web application read results that are too large for a reply, and no other claim check', () => {
    const reads = policyOf(replying).PolicyDocument.Statement.filter(
      ({ Action }: { Action: string | string[] }) => list(Action).includes('s3:GetObject'),
    );
    const ends = reads
      .flatMap(({ Resource }: { Resource: unknown }) => list(Resource))
      .map((one: { 'Fn::Join': [string, unknown[]] }) => one['Fn::Join'][1])
      .filter(([bucket]: unknown[]) => JSON.stringify(bucket).includes('FilesClaimChecks'))
      .map((parts: unknown[]) => parts.at(-1));
    expect(ends).toEqual(['/replies/*']);
  });
});
