import { describe, expect, it } from 'vitest';
import { dev } from './dev.ts';
import { prod } from './prod.ts';

const list = <Value>(value: Value | Value[]) => (Array.isArray(value) ? value : [value]);
const [keyId] = prod.ofType('AWS::KMS::Key')[0] ?? [];
const keyArn = { 'Fn::GetAtt': [keyId, 'Arn'] };
const { KeyPolicy } = prod.only('AWS::KMS::Key');

/** What IAM policies that hang on a role, or are one to attach, allow with the key. */
function allowedBy(policyIdPart: RegExp): string[] {
  return Object.entries(prod.template.Resources)
    .filter(([id, { Type }]) => /^AWS::IAM::(Managed)?Policy$/.test(Type) && policyIdPart.test(id))
    .flatMap(([, { Properties }]) => Properties.PolicyDocument.Statement)
    .filter(({ Resource }) => list(Resource).some((one) => JSON.stringify(one) === JSON.stringify(keyArn)))
    .flatMap(({ Action }) => list(Action))
    .sort();
}

const ofService = (service: string) =>
  KeyPolicy.Statement.find(
    ({ Principal }: { Principal: { Service?: string } }) => Principal.Service === service,
  );

describe('the key of a deployment that has one', () => {
  it.each(
    Object.entries({
      'a worker': /^WorkerDefinitionTaskRole/,
      Scheduler: /^SchedulesRole/,
      GuardDuty: /^IntakeScanRole/,
      'the web application': /^WebApplicationPolicy/,
      'an operator who sends dead letters back': /^OperatorPolicy/,
    }),
  )('lets %s send and read', (_who, policy) => {
    expect(new Set(allowedBy(policy))).toEqual(new Set(['kms:Decrypt', 'kms:GenerateDataKey']));
  });

  it('lets a worker start, whose secret is encrypted with it', () => {
    expect(allowedBy(/^WorkerDefinitionExecutionRole/)).toEqual(['kms:Decrypt']);
  });

  it('does not serve the Lambda, which reads no message', () => {
    expect(allowedBy(/^DemandRole/)).toEqual([]);
  });

  it("lets this account's rules send to queues", () => {
    expect(ofService('events.amazonaws.com')).toMatchObject({
      Action: ['kms:Decrypt', 'kms:GenerateDataKey'],
      Condition: { StringEquals: { 'aws:SourceAccount': { Ref: 'AWS::AccountId' } } },
    });
  });

  it("lets this account's alarms be told to encrypted topics", () => {
    expect(ofService('cloudwatch.amazonaws.com')).toMatchObject({
      Action: ['kms:Decrypt', 'kms:GenerateDataKey'],
      Condition: { StringEquals: { 'aws:SourceAccount': { Ref: 'AWS::AccountId' } } },
    });
  });

  it('serves the logs of this deployment alone', () => {
    const { Condition } = ofService('logs.eu-west-2.amazonaws.com');
    const arn = JSON.stringify(Condition.ArnLike['kms:EncryptionContext:aws:logs:arn']);
    expect(arn).toContain(':log-group:*slackwater-prod*');
    for (const group of prod.properties('AWS::Logs::LogGroup')) {
      expect(group.LogGroupName).toContain('slackwater-prod');
    }
  });

  it('turns every year and outlives its stack', () => {
    const [, key] = prod.ofType('AWS::KMS::Key')[0] ?? [];
    expect(key?.Properties.EnableKeyRotation).toBe(true);
    expect(key?.DeletionPolicy).toBe('RetainExceptOnCreate');
  });

  it('encrypts every queue, bucket, log group, the database and its secret', () => {
    const expected = JSON.stringify(keyArn);
    const keys = [
      ...prod.properties('AWS::SQS::Queue').map((queue) => queue.KmsMasterKeyId),
      ...prod
        .properties('AWS::S3::Bucket')
        .map(
          (bucket) =>
            bucket.BucketEncryption.ServerSideEncryptionConfiguration[0].ServerSideEncryptionByDefault
              .KMSMasterKeyID,
        ),
      ...prod.properties('AWS::Logs::LogGroup').map((group) => group.KmsKeyId),
      ...prod.properties('AWS::RDS::DBCluster').map((cluster) => cluster.KmsKeyId),
      ...prod.properties('AWS::SecretsManager::Secret').map((secret) => secret.KmsKeyId),
    ];
    expect(keys.length).toBeGreaterThan(10);
    expect(keys.filter((one) => JSON.stringify(one) !== expected)).toEqual([]);
  });
});

describe('a deployment without a key', () => {
  it('has none to pay for, and lets SQS and S3 encrypt by themselves', () => {
    expect(dev.ofType('AWS::KMS::Key')).toEqual([]);
    expect(dev.properties('AWS::SQS::Queue').every((queue) => queue.SqsManagedSseEnabled)).toBe(true);
    expect(JSON.stringify(dev.template)).not.toContain('"kms:');
  });
});
