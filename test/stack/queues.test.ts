import { describe, expect, it } from 'vitest';
import { envelopeSchema } from '../../messages/envelope.ts';
import { tasks } from '../../tasks/index.ts';
import { limits } from '../../tasks/limits.ts';
import { deadLetterQueueName, scheduleName, taskQueueName } from '../../tasks/names.ts';
import { dev } from './dev.ts';

const { ofType, properties, name: prefix } = dev;

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
