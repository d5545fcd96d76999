import { expect, test } from 'vitest';
import { z } from 'zod';
import { defineTask, fileRef } from '../../tasks/define-task.ts';
import { chunks, messageCost } from './message-cost.ts';
import type { Resource, SynthesizedTemplate } from './template.ts';

const task = defineTask({
  name: 'convert-file',
  summary: 'Converts a file',
  input: z.object({ file: fileRef, also: fileRef.optional() }),
  result: z.object({ converted: fileRef }),
  timeoutSeconds: 600,
  concurrency: 4,
  startWithinSeconds: 60,
  expectedSeconds: 90,
  retry: { attempts: 3, firstDelaySeconds: 1, factor: 2, maxDelaySeconds: 60 },
});

const stack = (more: Record<string, Resource> = {}): SynthesizedTemplate => ({
  stackName: 'test',
  Resources: {
    definition: {
      Type: 'AWS::ECS::TaskDefinition',
      Properties: { Cpu: '512', Memory: '1024', RuntimePlatform: { CpuArchitecture: 'ARM64' } },
    },
    service: { Type: 'AWS::ECS::Service', Properties: { TaskDefinition: { Ref: 'definition' } } },
    ...more,
  },
});

const amounts = (template: SynthesizedTemplate): Record<string, number> =>
  Object.fromEntries(messageCost(task, template).lines.map(({ item, quantity }) => [item, quantity]));

test('a request counts once for every 64 KiB, a batch by its sum', () => {
  expect(chunks(1, 2)).toBe(1);
  expect(chunks(1, 1024)).toBe(16);
  expect(chunks(10, 2)).toBe(1);
  expect(chunks(10, 20)).toBe(4);
});

test('a million messages cost what their workers, requests and files cost', () => {
  const hours = (1_000_000 * 90) / 4 / 3600;
  expect(amounts(stack())).toEqual({
    'SQS requests (send)': 1_000_000,
    'SQS requests (receive)': 250_000,
    'SQS requests (delete)': 100_000,
    'SQS requests (renew)': 1_000_000,
    'Fargate vCPU (arm64)': hours * 0.5,
    'Fargate memory (arm64)': hours,
    'S3 reads': 2_000_000,
    'S3 writes': 1_000_000,
    'Log ingestion': 1.5,
  });
});

test('a database, a key and NAT gateways add what they take', () => {
  const added = amounts(
    stack({
      database: { Type: 'AWS::RDS::DBCluster', Properties: { ServerlessV2ScalingConfiguration: {} } },
      key: { Type: 'AWS::KMS::Key', Properties: {} },
      gateway: { Type: 'AWS::EC2::NatGateway', Properties: {} },
    }),
  );
  expect(added).toMatchObject({
    'Aurora units': 3125,
    'Aurora I/O': 20_000_000,
    'KMS requests': 10_000,
    'NAT gateway data': expect.closeTo(7.644, 3),
  });
});

test('the scan is paid by the task that gets its verdicts, and by no other', () => {
  const verdicts = (queue: string): SynthesizedTemplate =>
    stack({
      queue: { Type: 'AWS::SQS::Queue', Properties: { QueueName: queue } },
      rule: {
        Type: 'AWS::Events::Rule',
        Properties: {
          EventPattern: { source: ['aws.guardduty'] },
          Targets: [{ Arn: { 'Fn::GetAtt': ['queue', 'Arn'] } }],
        },
      },
    });
  expect(amounts(verdicts('test-convert-file'))).toMatchObject({
    'GuardDuty, objects scanned': 1_000_000,
    'S3 writes of the intake': 2_000_000,
  });
  expect(amounts(verdicts('test-other'))).not.toHaveProperty('GuardDuty, objects scanned');
});

test('fair queues cost a little more', () => {
  const fair = messageCost({ ...task, fairBy: () => 'x' }, stack()).totalUsd;
  expect(fair - messageCost(task, stack()).totalUsd).toBeCloseTo(0.1, 6);
});
