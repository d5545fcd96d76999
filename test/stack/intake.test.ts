import { describe, expect, it } from 'vitest';
import { envelopeSchema } from '../../messages/envelope.ts';
import { limits } from '../../tasks/limits.ts';
import { dev } from './dev.ts';

const { ofType, only, properties, template } = dev;

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
