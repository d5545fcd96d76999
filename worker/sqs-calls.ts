import { hash } from 'node:crypto';
import type { BatchResultErrorEntry, Message, SQSClient } from '@aws-sdk/client-sqs';
import { createAwsJsonCall, SqsError } from './aws-json-call.ts';

/** A request for messages. */
export interface ReceiveRequest {
  queueUrl: string;
  /** 1 to 10. */
  mostMessages: number;
  /** 0 to 20. */
  waitSeconds: number;
  visibilitySeconds: number;
}

/** For how long a message is to stay hidden from now on. */
export interface VisibilityChange {
  receiptHandle: string;
  /** Whole seconds; 0 shows it at once. */
  seconds: number;
}

/** What SQS says of an entry of a batch that it refused. */
export type Refused = Pick<BatchResultErrorEntry, 'SenderFault' | 'Code' | 'Message'>;

/** The calls to SQS that a worker makes for every message. Each throws SqsError, or what the connection says. */
export interface SqsCalls {
  receive(request: ReceiveRequest): Promise<Message[]>;
  /** Of at most 10 messages; answers what was refused, by its place. */
  deleteBatch(queueUrl: string, receiptHandles: readonly string[]): Promise<Map<number, Refused>>;
  /** Of at most 10 messages; answers what was refused, by its place. */
  changeVisibilityBatch(
    queueUrl: string,
    changes: readonly VisibilityChange[],
  ): Promise<Map<number, Refused>>;
}

/** What a worker has to know of a message beside its body. */
const receivedAttributes = {
  MessageAttributeNames: ['All'],
  MessageSystemAttributeNames: ['SentTimestamp', 'ApproximateFirstReceiveTimestamp', 'MessageGroupId'],
};

/** Makes the calls with a client's region, credentials and connections. */
export function createSqsCalls(client: SQSClient): SqsCalls {
  const call = createAwsJsonCall(client);

  const refusedOf = async (operation: string, QueueUrl: string, entries: readonly object[]) => {
    const Entries = entries.map((entry, index) => ({ Id: String(index), ...entry }));
    const answer = await call(operation, { QueueUrl, Entries } as { QueueUrl: string });
    const { Failed = [] } = answer as { Failed?: BatchResultErrorEntry[] };
    return new Map(Failed.map((refused) => [Number(refused.Id), refused]));
  };

  return {
    receive: async ({ queueUrl, mostMessages, waitSeconds, visibilitySeconds }) => {
      const request = {
        QueueUrl: queueUrl,
        MaxNumberOfMessages: mostMessages,
        WaitTimeSeconds: waitSeconds,
        VisibilityTimeout: visibilitySeconds,
        ...receivedAttributes,
      };
      const { Messages = [] } = (await call('ReceiveMessage', request)) as { Messages?: Message[] };
      return Messages.map(checked);
    },
    deleteBatch: (queueUrl, receiptHandles) =>
      refusedOf(
        'DeleteMessageBatch',
        queueUrl,
        receiptHandles.map((ReceiptHandle) => ({ ReceiptHandle })),
      ),
    changeVisibilityBatch: (queueUrl, changes) =>
      refusedOf(
        'ChangeMessageVisibilityBatch',
        queueUrl,
        changes.map(({ receiptHandle, seconds }) => ({
          ReceiptHandle: receiptHandle,
          VisibilityTimeout: seconds,
        })),
      ),
  };
}

/** The message with binary attributes as bytes. Throws SqsError if its body is not the one that SQS took. */
function checked(message: Message): Message {
  if (message.MD5OfBody !== undefined && hash('md5', message.Body ?? '') !== message.MD5OfBody) {
    throw new SqsError(
      'InvalidChecksum',
      `message ${message.MessageId} came with another body than SQS sent`,
    );
  }
  for (const attribute of Object.values(message.MessageAttributes ?? {})) {
    const { BinaryValue } = attribute as { BinaryValue?: unknown };
    if (typeof BinaryValue === 'string') attribute.BinaryValue = Buffer.from(BinaryValue, 'base64');
  }
  return message;
}
