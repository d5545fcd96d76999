import { describe, expect, it } from 'vitest';
import { checkEnvironment } from './check-environment.ts';
import { chosenEnvironments, dev, environments, prod, type SlackwaterEnvironment } from './environment.ts';

const wrong = (change: object) => () => checkEnvironment({ ...dev, ...change } as SlackwaterEnvironment);

describe('an environment', () => {
  it('with a misspelt setting is refused with the settings that there are', () => {
    expect(wrong({ retianData: true })).toThrow(
      /"dev" cannot be deployed: retianData: there is no such setting; .*retainData/,
    );
    expect(wrong({ workers: { ...dev.workers, maxmum: 3 } })).toThrow(/workers\.maxmum: .*maximum, cpuUnits/);
  });

  it('with a misspelt value is refused with the values that there are', () => {
    expect(wrong({ encryption: 'kms' })).toThrow(/encryption: .*"customer-key"\|"aws-owned"/);
    expect(wrong({ logRetentionDays: 31 })).toThrow(/logRetentionDays: .*30\|60/);
  });

  it.each([
    [{ cpuUnits: 1000 }, /cpuUnits: Fargate has 256, 512, 1024/],
    [{ memoryMiB: 1024 }, /memoryMiB: with 1024 CPU units Fargate has 2048 to 8192/],
    [{ cpuUnits: 256, memoryMiB: 1536 }, /memoryMiB/],
    [{ stopTimeoutSeconds: 121 }, /stopTimeoutSeconds/],
    [{ spotPercent: 101 }, /spotPercent/],
    [{ maximum: 0 }, /maximum/],
  ])('with workers that Fargate does not have is refused: %o', (workers, reason) => {
    expect(wrong({ workers: { ...dev.workers, ...workers } })).toThrow(reason);
  });

  it('that would forget runs whose messages may still come is refused', () => {
    const database = { ...dev.database, runDays: 29 };
    expect(() => checkEnvironment({ ...dev, database })).toThrow(
      /database\.runDays: keep runs at least 30 days/,
    );
  });

  it('names every reason at once', () => {
    expect(wrong({ retainData: 'yes', logRetentionDays: 31 })).toThrow(/retainData.*logRetentionDays/);
  });

  it('takes reply destinations by the ARN of one queue each, and topics by theirs', () => {
    expect(wrong({ replyDestinations: ['https://sqs.eu-west-2.amazonaws.com/1/replies'] })).toThrow(/ARN/);
    expect(wrong({ replyDestinations: ['arn:aws:sqs:eu-west-2:111122223333:*'] })).toThrow(/wildcard/);
    expect(wrong({ alarms: { ...dev.alarms, criticalTopicArn: 'night' } })).toThrow(/SNS topic/);
  });

  it('takes the address to which OTLP paths are added, and its headers from a secret alone', () => {
    const tracing = (change: object) => wrong({ tracing: { sampledPercent: 100, ...change } });
    expect(tracing({ endpoint: 'https://otlp.example.com/v1/traces' })).toThrow(/without \/v1\/traces/);
    expect(tracing({ endpoint: 'otlp.example.com:4318' })).toThrow(/tracing\.endpoint/);
    expect(tracing({ headersSecretArn: 'x-key=a' })).toThrow(/complete ARN of a secret/);
    expect(tracing({ endpoint: 'http://10.0.0.7:4318' })).not.toThrow();
  });
});

describe('choosing environments', () => {
  it('gives all without a name, and those that are named', () => {
    expect(chosenEnvironments(undefined)).toBe(environments);
    expect(chosenEnvironments('prod')).toEqual([prod]);
    expect(chosenEnvironments('prod, dev')).toEqual([prod, dev]);
  });

  it('refuses a name that is none, with those that are', () => {
    expect(() => chosenEnvironments('prd')).toThrow('There is no environment "prd": choose of dev, prod');
  });
});
