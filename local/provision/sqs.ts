import { z } from 'zod';
import { AwsError } from '../json-protocol.ts';
import { type Body, type BodyContext, madeUpName, readProperties } from './body.ts';

const attributeNames = [
  'DelaySeconds',
  'MaximumMessageSize',
  'MessageRetentionPeriod',
  'ReceiveMessageWaitTimeSeconds',
  'VisibilityTimeout',
  'RedrivePolicy',
  'RedriveAllowPolicy',
  'KmsMasterKeyId',
  'KmsDataKeyReusePeriodSeconds',
  'SqsManagedSseEnabled',
];

/** `AWS::SQS::Queue`: a queue, and a target for rules and schedules. */
export const queue: Body = async (context) => {
  const { sqs, targets } = context.services;
  const { QueueName: name = madeUpName(context, 80) } = readProperties(
    context,
    z.object({ QueueName: z.string().optional() }),
  );
  const QueueUrl = await createOrUpdate(context, name, attributesOf(context.properties));
  const { Attributes } = await sqs.call<{ Attributes: { QueueArn: string } }>('GetQueueAttributes', {
    QueueUrl,
    AttributeNames: ['QueueArn'],
  });
  targets.add(Attributes.QueueArn, async ({ payload, parameters, attributes = {} }) => {
    await sqs.call('SendMessage', {
      QueueUrl,
      MessageBody: payload,
      ...parameters,
      MessageAttributes: Object.fromEntries(
        Object.entries(attributes).map(([key, StringValue]) => [key, { DataType: 'String', StringValue }]),
      ),
    });
  });
  return { Ref: QueueUrl, QueueUrl, Arn: Attributes.QueueArn, QueueName: name };
};

/** `AWS::SQS::QueuePolicy`: kept and shown, not evaluated. */
export const queuePolicy: Body = async (context) => {
  const { Queues, PolicyDocument } = readProperties(
    context,
    z.object({ Queues: z.array(z.string()), PolicyDocument: z.unknown() }),
  );
  for (const QueueUrl of Queues) {
    await context.services.sqs.call('SetQueueAttributes', {
      QueueUrl,
      Attributes: { Policy: JSON.stringify(PolicyDocument) },
    });
  }
  return { Ref: context.logicalId, Id: context.logicalId };
};

async function createOrUpdate(
  { services: { sqs } }: BodyContext,
  QueueName: string,
  Attributes: Record<string, string>,
): Promise<string> {
  try {
    const { QueueUrl } = await sqs.call<{ QueueUrl: string }>('GetQueueUrl', { QueueName });
    await sqs.call('SetQueueAttributes', { QueueUrl, Attributes });
    return QueueUrl;
  } catch (error) {
    if (!(error instanceof AwsError) || !/DoesNotExist|NonExistentQueue/.test(error.code)) throw error;
    return (await sqs.call<{ QueueUrl: string }>('CreateQueue', { QueueName, Attributes })).QueueUrl;
  }
}

function attributesOf(properties: Record<string, unknown>): Record<string, string> {
  return Object.fromEntries(
    attributeNames
      .filter((name) => properties[name] !== undefined)
      .map((name) => {
        const value = properties[name];
        return [name, typeof value === 'object' ? JSON.stringify(value) : String(value)];
      }),
  );
}
