import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import {
  CreateQueueCommand,
  DeleteQueueCommand,
  GetQueueAttributesCommand,
  type Message,
  ReceiveMessageCommand,
  type ReceiveMessageCommandInput,
  SendMessageCommand,
  type SendMessageCommandInput,
  SQSClient,
} from '@aws-sdk/client-sqs';
import { afterAll, beforeAll } from 'vitest';
import { startServer } from '../../local/server.ts';
import { createSqs } from '../../local/sqs/create-sqs.ts';

/** What the tests of SQS's behaviour work with, on whatever SQS they run against. */
export interface ConformanceSqs {
  client: SQSClient;
  /** A name that no other run uses. */
  uniqueName(): string;
  /** Makes a queue for one test and returns its URL; it is deleted in the end. */
  createQueue(attributes?: Record<string, string>): Promise<string>;
  attributesOf(queueUrl: string): Promise<Record<string, string>>;
  /** Visible, in flight and delayed messages: `1 0 0`. */
  counts(queueUrl: string): Promise<string>;
  send(queueUrl: string, body: string, more?: Partial<SendMessageCommandInput>): Promise<string>;
  /** One receive that waits up to 2 s for messages, with all their attributes. */
  receive(queueUrl: string, more?: Partial<ReceiveMessageCommandInput>): Promise<Message[]>;
}

/**
 * Prepares the tests of one file: they run against SQS_CONFORMANCE_ENDPOINT with the caller's own credentials, or
 * against the local SQS over HTTP if that is not set. Nothing of it is there before the tests begin.
 */
export function conformanceSqs(): ConformanceSqs {
  const given = process.env.SQS_CONFORMANCE_ENDPOINT;
  const made: string[] = [];
  let client: SQSClient;
  let stop: (() => Promise<void>) | undefined;

  beforeAll(async () => {
    const endpoint = given ?? (await startLocal());
    client = new SQSClient({
      endpoint,
      ...(given
        ? {}
        : { region: 'eu-west-2', credentials: { accessKeyId: 'local', secretAccessKey: 'local' } }),
    });
  });
  afterAll(async () => {
    await Promise.allSettled(made.map((QueueUrl) => client.send(new DeleteQueueCommand({ QueueUrl }))));
    client.destroy();
    await stop?.();
  });

  async function startLocal(): Promise<string> {
    const stateDirectory = mkdtempSync(join(tmpdir(), 'sqs-conformance-'));
    const sqs = createSqs({ stateDirectory, endpoint: () => server.url });
    const server = await startServer({ port: 0, services: [sqs] });
    stop = async () => {
      await server.close();
      await sqs.close();
      rmSync(stateDirectory, { recursive: true });
    };
    return server.url;
  }

  const attributesOf = async (QueueUrl: string): Promise<Record<string, string>> =>
    (await client.send(new GetQueueAttributesCommand({ QueueUrl, AttributeNames: ['All'] }))).Attributes ??
    {};
  const uniqueName = () => `conformance-${crypto.randomUUID()}`;

  return {
    get client() {
      return client;
    },
    uniqueName,
    createQueue: async (Attributes = {}) => {
      const { QueueUrl = '' } = await client.send(
        new CreateQueueCommand({ QueueName: uniqueName(), Attributes }),
      );
      made.push(QueueUrl);
      return QueueUrl;
    },
    attributesOf,
    counts: async (queueUrl) => {
      const attributes = await attributesOf(queueUrl);
      return ['', 'NotVisible', 'Delayed']
        .map((kind) => attributes[`ApproximateNumberOfMessages${kind}`])
        .join(' ');
    },
    send: async (QueueUrl, MessageBody, more) =>
      (await client.send(new SendMessageCommand({ QueueUrl, MessageBody, ...more }))).MessageId ?? '',
    receive: async (QueueUrl, more) => {
      const answer = await client.send(
        new ReceiveMessageCommand({
          QueueUrl,
          WaitTimeSeconds: 2,
          MaxNumberOfMessages: 10,
          MessageSystemAttributeNames: ['All'],
          MessageAttributeNames: ['All'],
          ...more,
        }),
      );
      return answer.Messages ?? [];
    },
  };
}
